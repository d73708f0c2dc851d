import type { ContractReport } from '../finance/contract-report.ts';
import { warning, type Diagnosis } from './types.ts';

/** Together with what else the doctor says, what fits on one screen; a database without any view has more to say. */
const MOST_LINES = 25;

/** Pure: what the contract's report means for the doctor's screen, worst first; what doesn't fit is counted. */
export function diagnoseFinance({ lines }: Pick<ContractReport, 'lines'>): Diagnosis[] {
  const shown = lines
    .slice(0, MOST_LINES)
    .map(({ state, text }): Diagnosis => ({ area: 'finance', state: state === 'note' ? 'ok' : state, text }));
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, warning('finance', `and ${left} more lines; mend these first`)] : shown;
}
