import type { Pool } from '../../src/database/pool.ts';

const AT = '2026-01-14T10:00:00Z';

/** Inserts one row; columns left out take a plain default. */
async function insert(pool: Pool, table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row);
  await pool.query(
    `insert into finance.${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
}

export interface Payment {
  id: string;
  kind?: string;
  state?: string;
  amount?: string;
  currency?: string;
  account?: string;
  at?: string;
  updatedAt?: string;
}

export async function addPayment(pool: Pool, payment: Payment): Promise<void> {
  const at = payment.at ?? AT;
  await insert(pool, 'transactions', {
    id: payment.id,
    tenant_id: 'anadolu',
    account_id: payment.account ?? `acc-${payment.id}`,
    kind: payment.kind ?? 'withdrawal',
    state: payment.state ?? 'paid',
    amount: payment.amount ?? '10.00',
    currency: payment.currency ?? 'USD',
    provider: 'kuzey',
    created_at: at,
    requested_at: at,
    state_since: at,
    updated_at: payment.updatedAt ?? at,
  });
}

let serial = 0;

export async function addEntry(
  pool: Pool,
  entry: {
    payment?: string | null;
    account?: string;
    currency?: string;
    available?: string | null;
    held?: string | null;
    at?: string;
    event?: string;
  },
): Promise<string> {
  const id = `le${(serial += 1)}`;
  await insert(pool, 'ledger_entries', {
    id,
    transaction_id: entry.payment ?? null,
    tenant_id: 'anadolu',
    account_id: entry.account ?? `acc-${entry.payment}`,
    currency: entry.currency ?? 'USD',
    event: entry.event ?? 'booked',
    delta_available: entry.available === undefined ? '0' : entry.available,
    delta_held: entry.held === undefined ? '0' : entry.held,
    created_at: entry.at ?? AT,
  });
  return id;
}

export async function addWallet(
  pool: Pool,
  wallet: { account: string; currency?: string; available?: string; held?: string; at?: string },
): Promise<void> {
  await insert(pool, 'wallets', {
    tenant_id: 'anadolu',
    account_id: wallet.account,
    currency: wallet.currency ?? 'USD',
    available: wallet.available ?? '0',
    held: wallet.held ?? '0',
    updated_at: wallet.at ?? AT,
  });
}

export async function addAttempt(
  pool: Pool,
  attempt: { payment: string; status?: string; ref?: string | null; at?: string },
): Promise<void> {
  await insert(pool, 'payout_attempts', {
    id: `pa${(serial += 1)}`,
    transaction_id: attempt.payment,
    provider: 'kuzey',
    provider_ref: attempt.ref === undefined ? `ref${serial}` : attempt.ref,
    status: attempt.status ?? 'succeeded',
    created_at: attempt.at ?? AT,
    updated_at: attempt.at ?? AT,
  });
}

export async function addWebhook(
  pool: Pool,
  webhook: { id: string; event?: string; payment: string | null; outcome?: string; at?: string },
): Promise<void> {
  await insert(pool, 'webhook_events', {
    id: webhook.id,
    provider: 'kuzey',
    provider_event_id: webhook.event ?? `ev-${webhook.id}`,
    kind: 'payout.paid',
    transaction_id: webhook.payment,
    outcome: webhook.outcome ?? 'accepted',
    received_at: webhook.at ?? AT,
    duration_ms: 5,
  });
}

export async function addBaseline(
  pool: Pool,
  baseline: { account: string; available: string; held?: string; at: string },
): Promise<void> {
  await insert(pool, 'wallet_baselines', {
    tenant_id: 'anadolu',
    account_id: baseline.account,
    currency: 'USD',
    available: baseline.available,
    held: baseline.held ?? '0',
    as_of: baseline.at,
  });
}
