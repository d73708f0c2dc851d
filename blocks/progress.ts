import type { Progress } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { joined } from './kit.ts';

const CELLS = 10;

/** "▰▰▱▱▱▱▱▱▱▱ 7 of 57 closed · 2 accepted · 5 assigned": words first of all, the bar only repeats them. */
export function progressLine(progress: Progress, texts: Texts): string {
  const { total, closed, accepted, assigned } = progress;
  return `${barOf((closed + accepted) / total)} ${joined([
    texts.t('reconciliation.progress.closed', { closed, total }),
    accepted === 0 ? '' : texts.t('reconciliation.progress.accepted', { count: accepted }),
    assigned === 0 ? '' : texts.t('reconciliation.progress.assigned', { count: assigned }),
  ])}`;
}

/** Ten cells for a share. Nothing looks done before it is, and nothing untouched after somebody began. */
export function barOf(share: number): string {
  const filled =
    share >= 1 ? CELLS : Math.min(CELLS - 1, share <= 0 ? 0 : Math.max(1, Math.floor(share * CELLS)));
  return '▰'.repeat(filled) + '▱'.repeat(CELLS - filled);
}
