import type { Pool } from '../../src/database/pool.ts';

/** One withdrawal as a test plants it; moments are ISO 8601. */
export interface PlantedPayout {
  state: string;
  requestedAt: string;
  /** Null: it is open. */
  finalAt?: string | null;
  provider?: string | null;
  kind?: string;
}

let planted = 0;

/** Puts a payout into the finance database; gives its id. */
export async function plantPayout(pool: Pool, payout: PlantedPayout): Promise<string> {
  planted += 1;
  const id = `planted-${planted}`;
  const { state, requestedAt, finalAt = null, provider = null, kind = 'withdrawal' } = payout;
  await pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
                                       requested_at, state_since, final_at, updated_at)
     values ($1, 't', 'a', $2, $3, 10, 'USD', $4, $5, $5, coalesce($6::timestamptz, $5::timestamptz), $6,
             coalesce($6::timestamptz, $5::timestamptz))`,
    [id, kind, state, provider, requestedAt, finalAt],
  );
  return id;
}

/** A try of a provider to pay it out. */
export async function plantAttempt(
  pool: Pool,
  of: { transactionId: string; provider: string; createdAt: string; status?: string },
): Promise<void> {
  await pool.query(
    `insert into finance.payout_attempts (id, transaction_id, provider, status, created_at, updated_at)
     values ($1 || $4::text, $1, $2, $3, $4::timestamptz, $4::timestamptz)`,
    [of.transactionId, of.provider, of.status ?? 'failed', of.createdAt],
  );
}
