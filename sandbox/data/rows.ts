import type { Queryable } from '../../src/database/pool.ts';
import { toDecimal } from '../../src/money.ts';
import type { Entry, Payment } from '../platform/state-machine.ts';
import type { Happened, Wallet } from './book.ts';

/** Rows of the finance database and how they are written: one statement for many rows, arrays in, amounts as decimals. */

export interface EntryRow extends Entry {
  transactionId: string | null;
  tenantId: string;
  accountId: string;
  currency: string;
}

export interface WebhookRow {
  id: string;
  provider: string;
  providerEventId: string;
  kind: string;
  transactionId: string | null;
  outcome: 'accepted' | 'duplicate' | 'bad_signature' | 'failed';
  at: number;
  durationMs: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** What happened to payments, with their attempts, entries and webhooks; wallets are written apart. */
export async function writeHappened(db: Queryable, happened: Happened): Promise<void> {
  await writePayments(db, happened.payments);
  await writeAttempts(db, happened.payments);
  await writeEntries(db, happened.entries);
  await writeWebhooks(db, happened.webhooks);
}

/** New payments, and what became of known ones. */
async function writePayments(db: Queryable, payments: readonly Payment[]): Promise<void> {
  await db.query(
    `insert into finance.transactions as t
       (id, tenant_id, account_id, payee_ref, kind, state, amount, currency, provider, provider_ref,
        created_at, requested_at, state_since, final_at, updated_at)
     select id, tenant_id, account_id, payee_ref, kind, state, amount, currency, provider, provider_ref,
            created_at, created_at, state_since, final_at, updated_at
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[], $8::text[],
                   $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[],
                   $14::timestamptz[])
         as p (id, tenant_id, account_id, payee_ref, kind, state, amount, currency, provider, provider_ref,
               created_at, state_since, final_at, updated_at)
     on conflict (id) do update
        set state = excluded.state, state_since = excluded.state_since, final_at = excluded.final_at,
            updated_at = excluded.updated_at`,
    [
      payments.map((p) => p.id),
      payments.map((p) => p.tenantId),
      payments.map((p) => p.accountId),
      payments.map((p) => p.payeeRef),
      payments.map((p) => p.kind),
      payments.map((p) => p.state),
      payments.map((p) => toDecimal({ minor: p.amount, currency: p.currency })),
      payments.map((p) => p.currency),
      payments.map((p) => p.provider),
      payments.map((p) => p.providerRef),
      payments.map((p) => iso(p.createdAt)),
      payments.map((p) => iso(p.stateSince)),
      payments.map((p) => (p.finalAt === null ? null : iso(p.finalAt))),
      payments.map((p) => iso(p.updatedAt)),
    ],
  );
}

/** The attempts of these payments, new or changed. */
async function writeAttempts(db: Queryable, payments: readonly Payment[]): Promise<void> {
  const attempts = payments.flatMap((p) => p.attempts.map((attempt) => ({ ...attempt, paymentId: p.id })));
  if (attempts.length === 0) return;
  await db.query(
    `insert into finance.payout_attempts
       (id, transaction_id, provider, provider_ref, status, error_code, created_at, updated_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                          $8::timestamptz[])
     on conflict (id) do update
        set status = excluded.status, error_code = excluded.error_code, updated_at = excluded.updated_at`,
    [
      attempts.map((a) => a.id),
      attempts.map((a) => a.paymentId),
      attempts.map((a) => a.provider),
      attempts.map((a) => a.providerRef),
      attempts.map((a) => a.status),
      attempts.map((a) => a.errorCode),
      attempts.map((a) => iso(a.createdAt)),
      attempts.map((a) => iso(a.updatedAt)),
    ],
  );
}

async function writeEntries(db: Queryable, entries: readonly EntryRow[]): Promise<void> {
  if (entries.length === 0) return;
  await db.query(
    `insert into finance.ledger_entries
       (id, transaction_id, tenant_id, account_id, currency, event, delta_available, delta_held, created_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[],
                          $8::numeric[], $9::timestamptz[])`,
    [
      entries.map((e) => e.id),
      entries.map((e) => e.transactionId),
      entries.map((e) => e.tenantId),
      entries.map((e) => e.accountId),
      entries.map((e) => e.currency),
      entries.map((e) => e.event),
      entries.map((e) => toDecimal({ minor: e.deltaAvailable, currency: e.currency })),
      entries.map((e) => toDecimal({ minor: e.deltaHeld, currency: e.currency })),
      entries.map((e) => iso(e.at)),
    ],
  );
}

/** Adds to wallets (their first row included): `available` and `held` are changes, not balances. */
export async function addToWallets(db: Queryable, changes: readonly Wallet[]): Promise<void> {
  if (changes.length === 0) return;
  await db.query(
    `insert into finance.wallets as w (tenant_id, account_id, currency, available, held, updated_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::timestamptz[])
     on conflict (tenant_id, account_id, currency) do update
        set available = w.available + excluded.available, held = w.held + excluded.held,
            updated_at = greatest(w.updated_at, excluded.updated_at)`,
    walletColumns(changes),
  );
}

export async function writeBaselines(db: Queryable, baselines: readonly Wallet[]): Promise<void> {
  if (baselines.length === 0) return;
  await db.query(
    `insert into finance.wallet_baselines (tenant_id, account_id, currency, available, held, as_of)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::timestamptz[])`,
    walletColumns(baselines),
  );
}

function walletColumns(wallets: readonly Wallet[]): string[][] {
  return [
    wallets.map((w) => w.tenantId),
    wallets.map((w) => w.accountId),
    wallets.map((w) => w.currency),
    wallets.map((w) => toDecimal({ minor: w.available, currency: w.currency })),
    wallets.map((w) => toDecimal({ minor: w.held, currency: w.currency })),
    wallets.map((w) => iso(w.updatedAt)),
  ];
}

async function writeWebhooks(db: Queryable, webhooks: readonly WebhookRow[]): Promise<void> {
  if (webhooks.length === 0) return;
  await db.query(
    `insert into finance.webhook_events
       (id, provider, provider_event_id, kind, transaction_id, outcome, received_at, duration_ms)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                          $8::int[])`,
    [
      webhooks.map((w) => w.id),
      webhooks.map((w) => w.provider),
      webhooks.map((w) => w.providerEventId),
      webhooks.map((w) => w.kind),
      webhooks.map((w) => w.transactionId),
      webhooks.map((w) => w.outcome),
      webhooks.map((w) => iso(w.at)),
      webhooks.map((w) => w.durationMs),
    ],
  );
}

export async function writeAccounts(
  db: Queryable,
  accounts: readonly { tenantId: string; accountId: string; status: string }[],
): Promise<void> {
  await db.query(
    `insert into finance.accounts (tenant_id, account_id, status)
     select * from unnest($1::text[], $2::text[], $3::text[])`,
    [accounts.map((a) => a.tenantId), accounts.map((a) => a.accountId), accounts.map((a) => a.status)],
  );
}
