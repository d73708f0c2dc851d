import type { Progress } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { joined } from './kit.ts';

const CELLS = 10;

/** "▰▰▱▱▱▱▱▱▱▱ 7 of 57 closed · 2 accepted · 5 assigned": words first of all, the bar only repeats them. */
export function progressLine(progress: Progress, texts: Texts): string {
  const { total, closed, accepted, assigned } = progress;
  const done = closed + accepted;
  // Nothing looks done before it is, and nothing untouched after somebody began.
  const exact = (done / total) * CELLS;
  const filled =
    done === total ? CELLS : Math.min(CELLS - 1, done === 0 ? 0 : Math.max(1, Math.floor(exact)));
  const bar = '▰'.repeat(filled) + '▱'.repeat(CELLS - filled);
  return `${bar} ${joined([
    texts.t('reconciliation.progress.closed', { closed, total }),
    accepted === 0 ? '' : texts.t('reconciliation.progress.accepted', { count: accepted }),
    assigned === 0 ? '' : texts.t('reconciliation.progress.assigned', { count: assigned }),
  ])}`;
}
