/** One line of the report: what is wrong and how to mend it, or what is as it should be. */
export interface ContractLine {
  state: 'ok' | 'note' | 'warning' | 'problem';
  text: string;
}

export interface ContractReport {
  /** No problem among the lines: the database may be used. */
  ok: boolean;
  /** Problems first. */
  lines: ContractLine[];
}

export const fine = (text: string): ContractLine => ({ state: 'ok', text });
export const note = (text: string): ContractLine => ({ state: 'note', text });
export const warning = (what: string, mend: string): ContractLine => ({
  state: 'warning',
  text: `${what}: ${mend}`,
});
export const problem = (what: string, mend: string): ContractLine => ({
  state: 'problem',
  text: `${what}: ${mend}`,
});

const ORDER = ['problem', 'warning', 'note', 'ok'] as const;
export function makeReport(lines: readonly ContractLine[]): ContractReport {
  return {
    ok: lines.every(({ state }) => state !== 'problem'),
    lines: lines.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)),
  };
}
