import { randomUUID } from 'node:crypto';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import {
  acceptOverrideOperation,
  type AcceptedOverride,
  type OverrideOrder,
} from '../../src/operations/accept-override.ts';

/** One approved override of a payout, as far as an operation needs its row. */
export async function insertOverride(
  pool: Pool,
  given: { transactionId: string; now: Date; version?: number },
): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into overrides (id, kind, tenant_id, subject_kind, subject_id, state, version, target, basis, requested_by,
            requester_key, requested_at, reason_code, reason, ticket, evidence, after_rejection, approved_at, over_at)
     values ($1, 'payout', 'anadolu', 'transaction', $2, 'executed', $3, 'mark_paid', 'bank_proof', 'person:U1', 'ops1', $4,
             'other', 'r', 'OPS-1', '', false, $4, $4)`,
    [id, given.transactionId, given.version ?? 1, given.now],
  );
  return id;
}

/** Accepts it in a transaction of its own. */
export async function accept(
  pool: Pool,
  now: Date,
  given: Pick<OverrideOrder, 'overrideId' | 'transactionId'> & Partial<OverrideOrder>,
): Promise<AcceptedOverride> {
  return await withTransaction(pool, (tx) =>
    acceptOverrideOperation(tx, now, orderFor(given), async () => undefined),
  );
}

export function orderFor(
  given: Pick<OverrideOrder, 'overrideId' | 'transactionId'> & Partial<OverrideOrder>,
): OverrideOrder {
  return {
    version: 1,
    action: 'mark_paid',
    tenantId: 'anadolu',
    payoutId: null,
    amountMinor: 45_050n,
    currency: 'TRY',
    actor: 'person:U1',
    reason: 'the bank has paid it out, OPS-1',
    seen: { state: 'payout_failed' },
    endsOperationId: null,
    keepsMs: 24 * 3_600_000,
    ...given,
  };
}
