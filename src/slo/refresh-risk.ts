import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { RISK_CARD } from './types.ts';

/**
 * What is offered for a payout has changed, or something is under way: lists of payouts at risk show its buttons anew, in
 * that transaction. One card a promise at most; nothing where none is at risk.
 */
export async function refreshRisks(tx: Tx, now: Date): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from slo_risks where over_at is null order by id`,
  );
  for (const { id } of rows)
    await refreshCards(tx, now, { kind: RISK_CARD, subject: { kind: 'slo_risk', id } });
}
