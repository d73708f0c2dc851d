import { randomUUID } from 'node:crypto';
import type { Queryable } from '../../src/database/pool.ts';

/** One episode of a failed payout on which a retry may be pressed, unless told otherwise. */
export async function insertEpisode(
  db: Queryable,
  given: {
    transactionId: string;
    now: Date;
    tenantId?: string;
    state?: 'open' | 'over';
    offersRetry?: boolean;
    offerUntil?: Date;
    reasons?: string[];
    amountMinor?: string;
    currency?: string;
  },
): Promise<string> {
  const id = randomUUID();
  const offersRetry = given.offersRetry ?? true;
  const isOver = given.state === 'over';
  await db.query(
    `insert into payouts (id, tenant_id, transaction_id, state, opened_at, over_at, over_how, looked_at, account_id, provider,
            currency, amount_minor, payment_state, since, requested_at, rule, class, action, error_code, attempts, burns,
            offers_retry, reasons, offer_until)
     values ($1, $2, $3, $4, $5, case when $4 = 'over' then $5::timestamptz end, case when $4 = 'over' then 'paid' end, $5,
             'acc_1', 'kuzey-pay', $6, $7, 'payout_failed', $5, $5, 'R23', 'LOW', 'retry', 'provider_declined', '[]', 0,
             $8, $9, $10)`,
    [
      id,
      given.tenantId ?? 'anadolu',
      given.transactionId,
      isOver ? 'over' : 'open',
      given.now,
      given.currency ?? 'TRY',
      given.amountMinor ?? '45050',
      offersRetry,
      given.reasons ?? [],
      given.offerUntil ?? new Date(given.now.getTime() + 600_000),
    ],
  );
  return id;
}
