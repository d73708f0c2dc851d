/** One line of the doctor's screen: what was looked at, and what is wrong and how to mend it. */
export interface Diagnosis {
  area:
    | 'configuration'
    | 'database'
    | 'slack'
    | 'finance'
    | 'platform'
    | 'calendar'
    | 'clock'
    | 'roles'
    | 'audit'
    | 'pager'
    | 'slo';
  state: 'ok' | 'warning' | 'problem';
  text: string;
}

export function ok(area: Diagnosis['area'], text: string): Diagnosis {
  return { area, state: 'ok', text };
}

export function warning(area: Diagnosis['area'], text: string): Diagnosis {
  return { area, state: 'warning', text };
}

export function problem(area: Diagnosis['area'], text: string): Diagnosis {
  return { area, state: 'problem', text };
}

const MARKS: Record<Diagnosis['state'], string> = { ok: 'ok  ', warning: 'warn', problem: 'FAIL' };

/** The screen, and whether the app may go on duty: warnings may, problems may not. */
export function formatDiagnoses(diagnoses: readonly Diagnosis[]): { screen: string; healthy: boolean } {
  const lines = diagnoses.map(({ area, state, text }) => {
    const [first = '', ...more] = text.split('\n');
    return [
      `${MARKS[state]}  ${area.padEnd(13)} ${first}`,
      ...more.map((line) => `${' '.repeat(20)}${line}`),
    ].join('\n');
  });
  const problems = diagnoses.filter(({ state }) => state === 'problem').length;
  const end = problems === 0 ? 'All is well.' : `${problems} problem${problems === 1 ? '' : 's'} to mend.`;
  return { screen: `${[...lines, '', end].join('\n')}\n`, healthy: problems === 0 };
}
