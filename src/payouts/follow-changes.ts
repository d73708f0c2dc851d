import { refreshCards } from '../cards/request-card.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import type { Operation } from '../operations/types.ts';
import type { PayoutDeps } from './deps.ts';
import { requestLook } from './look-at-payout.ts';
import { readPayoutFinding } from './payout-finding.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD } from './types.ts';

/**
 * Shows what an operation has come to wherever its payout is told, in the transaction that changes it, and once it is over
 * looks at the payout at once. Locks the look's task first, as the look does, then the
 * episode, then the messages' tasks.
 */
export async function followOperation(
  tx: Tx,
  deps: Pick<PayoutDeps, 'refreshReports'>,
  now: Date,
  operation: Operation,
): Promise<void> {
  if (operation.settledAt !== null) await requestLook(tx, now, operation, now);
  if (operation.action === 'retry' && operation.state === 'succeeded') await endOffer(tx, now, operation);
  const { rows } = await tx.query<Episode>(
    `select id, group_id as "groupId" from payouts
      where tenant_id = $1 and transaction_id = $2 and (state = 'open' or id = $3)
      order by id`,
    [operation.tenantId, operation.transactionId, operation.payoutId],
  );
  for (const row of rows) await refreshMessages(tx, now, row);
  const finding = await readPayoutFinding(tx, operation);
  if (finding !== null)
    await deps.refreshReports(tx, now, { findingId: finding.id, opening: finding.opening });
}

/** Between a retry that was done and the look that follows it nothing stands on what was known before. */
async function endOffer(tx: Tx, now: Date, { tenantId, transactionId }: Operation): Promise<void> {
  await tx.query(
    `update payouts set offers_retry = false, offer_until = null, reasons = '{attempt_open}',
            looked_at = greatest(looked_at, $3)
      where tenant_id = $1 and transaction_id = $2 and state = 'open'`,
    [tenantId, transactionId, now],
  );
}

/** Shows that a person has told somebody of a payout. */
export async function followEscalation(pool: Pool, now: Date, payoutId: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const { rows } = await tx.query<Episode>(`select id, group_id as "groupId" from payouts where id = $1`, [
      payoutId,
    ]);
    for (const row of rows) await refreshMessages(tx, now, row);
  });
}

interface Episode {
  id: string;
  groupId: string | null;
}

async function refreshMessages(tx: Tx, now: Date, { id, groupId }: Episode): Promise<void> {
  await refreshCards(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id } });
  if (groupId === null) return;
  await refreshCards(tx, now, { kind: PAYOUT_GROUP_CARD, subject: { kind: 'payout_group', id: groupId } });
}
