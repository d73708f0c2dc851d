-- The finance contract as plain tables: what a team's views have to look like, with the indexes they deserve.
-- The sandbox's finance database is exactly this. Amounts are decimal numbers in major units (12.34), never floats.

create schema finance;

create table finance.transactions (
  id           text primary key,
  tenant_id    text not null,
  account_id   text not null,
  payee_ref    text,
  kind         text not null check (kind in ('deposit', 'withdrawal', 'refund', 'chargeback', 'bonus', 'adjustment')),
  state        text not null,
  amount       numeric not null,
  currency     text not null,
  provider     text,
  provider_ref text,
  created_at   timestamptz not null,
  requested_at timestamptz not null,
  state_since  timestamptz not null,
  final_at     timestamptz,
  updated_at   timestamptz not null
);
create index transactions_updated on finance.transactions (updated_at);
create index transactions_created on finance.transactions (created_at);
create index transactions_account on finance.transactions (tenant_id, account_id, currency);
-- What stands still or has failed is looked for by state; open payments are a handful among millions.
create index transactions_open on finance.transactions (state, state_since)
  where state in ('created', 'pending_provider', 'requested', 'approved', 'payout_pending', 'payout_submitted',
                  'processing', 'payout_failed');

create table finance.payout_attempts (
  id             text primary key,
  transaction_id text not null,
  provider       text not null,
  provider_ref   text,
  status         text not null check (status in ('pending', 'submitted', 'succeeded', 'failed', 'unknown')),
  error_code     text,
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
create index payout_attempts_transaction on finance.payout_attempts (transaction_id);
create index payout_attempts_updated on finance.payout_attempts (updated_at);
create index payout_attempts_reference on finance.payout_attempts (provider, provider_ref);
create index payout_attempts_open on finance.payout_attempts (created_at) where status in ('pending', 'submitted', 'unknown');

create table finance.ledger_entries (
  id              text primary key,
  transaction_id  text,
  tenant_id       text not null,
  account_id      text not null,
  currency        text not null,
  event           text not null,
  delta_available numeric,
  delta_held      numeric,
  created_at      timestamptz not null
);
create index ledger_entries_transaction on finance.ledger_entries (transaction_id);
create index ledger_entries_account on finance.ledger_entries (tenant_id, account_id, currency)
  include (delta_available, delta_held);
-- Burns and what reverses them: the index alone answers R02, R04 and R05 (600,000 entries: 2.9 s without, 0.2 s with).
create index ledger_entries_burns on finance.ledger_entries (transaction_id) include (delta_held, created_at)
  where delta_available = 0 and delta_held <> 0 and transaction_id is not null;
create index ledger_entries_created on finance.ledger_entries (created_at);
create index ledger_entries_unmapped on finance.ledger_entries (created_at) where delta_available is null or delta_held is null;

create table finance.wallets (
  tenant_id  text not null,
  account_id text not null,
  currency   text not null,
  available  numeric not null,
  held       numeric not null,
  updated_at timestamptz not null,
  primary key (tenant_id, account_id, currency)
);
create index wallets_updated on finance.wallets (updated_at);

create table finance.wallet_baselines (
  tenant_id  text not null,
  account_id text not null,
  currency   text not null,
  available  numeric not null,
  held       numeric not null,
  as_of      timestamptz not null,
  primary key (tenant_id, account_id, currency)
);

create table finance.accounts (
  tenant_id  text not null,
  account_id text not null,
  status     text not null,
  primary key (tenant_id, account_id)
);

create table finance.providers (
  provider text primary key,
  status   text not null check (status in ('active', 'stopped')),
  lag_days integer not null
);

create table finance.fx_rates (
  day      date not null,
  currency text not null,
  rate     numeric not null,
  primary key (day, currency)
);

create table finance.webhook_events (
  id                text primary key,
  provider          text not null,
  provider_event_id text not null,
  kind              text not null,
  transaction_id    text,
  outcome           text not null check (outcome in ('accepted', 'duplicate', 'bad_signature', 'failed')),
  received_at       timestamptz not null,
  duration_ms       integer not null
);
create index webhook_events_received on finance.webhook_events (received_at);
create index webhook_events_transaction on finance.webhook_events (transaction_id);

create table finance.sli_minutes (
  sli    text not null,
  minute timestamptz not null,
  good   bigint not null,
  valid  bigint not null,
  primary key (sli, minute)
);
