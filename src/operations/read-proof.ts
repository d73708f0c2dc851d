import type { Queryable } from '../database/pool.ts';
import type { PayoutKey } from './standing.ts';
import type { Proof } from './types.ts';

/** One retry that was sent, and what made it safe. */
export interface SentRetry {
  operationId: string;
  proof: Proof;
}

/**
 * What the newest retry of a payout was sent on: each attempt with the provider's answer and its time, and no burn. Null
 * where none was sent, or where the newest certainly did nothing.
 */
export async function readProof(db: Queryable, payout: PayoutKey): Promise<SentRetry | null> {
  const { rows } = await db.query<{ id: string; proof: Proof | null }>(
    `select id, proof from operations
      where tenant_id = $1 and subject_id = $2 and action = 'retry'
      order by intent_no desc limit 1`,
    [payout.tenantId, payout.transactionId],
  );
  const row = rows[0];
  return row === undefined || row.proof === null ? null : { operationId: row.id, proof: row.proof };
}
