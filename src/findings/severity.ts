import type { RiskClass } from './types.ts';

/** Rules whose findings page at once: money is wrong, or the proof of it is. */
const PAGING_RULES: readonly string[] = ['R01', 'R02', 'R03', 'R04', 'R05', 'R06', 'R27', 'R28', 'R29'];

/** How urgently somebody must answer a finding; null: nobody has to. */
export function severityOf(rule: string, riskClass: RiskClass): 'sev1' | 'sev2' | 'sev3' | null {
  if (PAGING_RULES.includes(rule)) return 'sev1';
  switch (riskClass) {
    case 'HIGH':
      return 'sev2';
    case 'MED':
      return 'sev3';
    case 'LOW':
      return null;
  }
}
