import type { FaultCode } from '../errors.ts';

/** Why a run failed or is partial, as rows keep it. Text key `reconciliation.problem.<word>`. */
export const RUN_PROBLEMS = [
  'finance_unavailable',
  'finance_contract',
  'database_unavailable',
  'incomplete',
  'unexpected',
] as const;
export type RunProblem = (typeof RUN_PROBLEMS)[number];

/** What a fault means for a run; what exactly happened stays in the log. */
export function problemOf(code: FaultCode): RunProblem {
  switch (code) {
    case 'finance_unavailable':
    case 'finance_contract':
    case 'database_unavailable':
      return code;
    case 'slack_rate_limited':
    case 'slack_unavailable':
    case 'slack_refused':
    case 'sli_unavailable':
    case 'sli_refused':
    case 'pager_unavailable':
    case 'pager_refused':
    case 'overtaken':
    case 'config_invalid':
    case 'not_found':
    case 'internal':
      return 'unexpected';
  }
}
