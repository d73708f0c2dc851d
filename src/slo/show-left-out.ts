import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { refreshBurnOf } from './show-burn.ts';
import { REPORT_CARD, type LeftOut } from './types.ts';

/**
 * Lets whatever shows figures of a stretch be drawn anew, in the transaction that leaves it out or counts it again: the
 * message of an episode that burns now, and the reports of the weeks that it touches.
 */
export async function showLeftOut(
  tx: Tx,
  now: Date,
  window: Pick<LeftOut, 'slo' | 'fromAt' | 'toAt'>,
): Promise<void> {
  await refreshBurnOf(tx, now, window.slo);
  const { rows } = await tx.query<{ id: string }>(
    `select id from slo_reports where from_at < $2 and to_at > $1 order by from_at`,
    [window.fromAt, window.toAt],
  );
  for (const { id } of rows)
    await refreshCards(tx, now, { kind: REPORT_CARD, subject: { kind: 'slo_report', id } });
}
