import type { Queryable } from '../database/pool.ts';
import { findingKey } from '../findings/key.ts';
import type { FindingId, TenantId } from '../ids.ts';

/** The key of the one finding that R19 to R23 have about a payout. */
export function payoutFindingKey({
  tenantId,
  transactionId,
}: {
  tenantId: string;
  transactionId: string;
}): string {
  return findingKey({
    family: 'payout',
    rule: '',
    tenantId: tenantId as TenantId,
    subject: { kind: 'transaction', id: transactionId },
    currency: null,
    provider: null,
  });
}

export interface PayoutFinding {
  id: FindingId;
  causeKey: string;
  opening: boolean;
  isOver: boolean;
}

/** The finding about a payout, over or not; null when there never was one. */
export async function readPayoutFinding(
  db: Queryable,
  payout: { tenantId: string; transactionId: string },
): Promise<PayoutFinding | null> {
  const { rows } = await db.query<PayoutFinding>(
    `select id, cause_key as "causeKey", opening, state = 'resolved' as "isOver" from findings where key = $1`,
    [payoutFindingKey(payout)],
  );
  return rows[0] ?? null;
}
