import type { Queryable } from '../database/pool.ts';
import type { PayoutId } from '../ids.ts';
import { paymentCause } from '../reconciliation/observe.ts';
import type { Payout } from './types.ts';

/** Payouts with a message of their own whose escalation began, was answered or ended after they were looked at last. */
export async function escalatedSince(db: Queryable, open: readonly Payout[]): Promise<PayoutId[]> {
  const single = open.filter(({ groupId }) => groupId === null);
  if (single.length === 0) return [];
  const { rows } = await db.query<{ id: PayoutId }>(
    `select distinct p.id
       from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as p (id, cause_key, looked_at)
       join escalations e on e.cause_key = p.cause_key
         or exists (select from escalation_causes c where c.escalation_id = e.id and c.cause_key = p.cause_key)
      where greatest(e.started_at, e.acknowledged_at, e.resolved_at) > p.looked_at`,
    [
      single.map(({ id }) => id),
      single.map(({ tenantId, transactionId }) => paymentCause(tenantId, transactionId)),
      single.map(({ lookedAt }) => lookedAt),
    ],
  );
  return rows.map(({ id }) => id);
}
