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
const MARKS: Record<ContractLine['state'], string> = {
  problem: 'FAIL',
  warning: 'warn',
  note: 'note',
  ok: 'ok  ',
};

export function makeReport(lines: readonly ContractLine[]): ContractReport {
  return {
    ok: lines.every(({ state }) => state !== 'problem'),
    lines: lines.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)),
  };
}

/** Lines that fit on one screen; what doesn't fit is counted. */
const SCREEN_LINES = 40;

/** The report as text, one line a point, problems first. */
export function formatContractReport({ ok, lines }: ContractReport): string {
  const shown = lines.slice(0, SCREEN_LINES).map(({ state, text }) => `${MARKS[state]}  ${text}`);
  if (lines.length > SCREEN_LINES) shown.push(`      and ${lines.length - SCREEN_LINES} more lines`);
  const problems = lines.filter(({ state }) => state === 'problem').length;
  const end = ok
    ? 'The finance database keeps the contract.'
    : `${problems} ${problems === 1 ? 'problem' : 'problems'} to mend.`;
  return `${[...shown, end].join('\n')}\n`;
}
