import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import type { Operation } from '../operations/types.ts';
import type { PayoutDeps } from './deps.ts';
import { requestLook } from './look-at-payout.ts';
import { readPayoutFinding } from './payout-finding.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD } from './types.ts';

/**
 * Shows what an operation has come to wherever its payout is told, in the transaction that changes it, and once it is over
 * looks at the payout at once. Locks the look's task first, as the look does, then those of messages.
 */
export async function followOperation(
  tx: Tx,
  deps: Pick<PayoutDeps, 'refreshReports'>,
  now: Date,
  operation: Operation,
): Promise<void> {
  if (operation.settledAt !== null) await requestLook(tx, now, operation, now);
  const { rows } = await tx.query<{ id: string; group_id: string | null }>(
    `select id, group_id from payouts
      where tenant_id = $1 and transaction_id = $2 and (state = 'open' or id = $3)
      order by id`,
    [operation.tenantId, operation.transactionId, operation.payoutId],
  );
  for (const { id, group_id: groupId } of rows) {
    await refreshCards(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id } });
    if (groupId !== null)
      await refreshCards(tx, now, {
        kind: PAYOUT_GROUP_CARD,
        subject: { kind: 'payout_group', id: groupId },
      });
  }
  const finding = await readPayoutFinding(tx, operation);
  if (finding !== null)
    await deps.refreshReports(tx, now, { findingId: finding.id, opening: finding.opening });
}
