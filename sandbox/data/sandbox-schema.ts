import { readFile } from 'node:fs/promises';
import type { Queryable } from '../../src/database/pool.ts';

const REFERENCE_SCHEMA = new URL('../../src/finance/reference-schema.sql', import.meta.url);

/**
 * Makes an empty database a finance database: the reference schema, readable by `reader`, and the schema `sandbox`
 * with what the stand-in platform must remember and the app may not see.
 */
export async function prepareFinance(owner: Queryable, reader: string | null): Promise<void> {
  const { rows } = await owner.query<{ missing: boolean }>(
    `select to_regclass('finance.transactions') is null as missing`,
  );
  if (rows[0]?.missing === true) await owner.query(await readFile(REFERENCE_SCHEMA, 'utf8'));
  await owner.query(SANDBOX_SCHEMA);
  if (reader === null) return;
  const name = `"${reader.replaceAll('"', '""')}"`;
  await owner.query(
    `grant usage on schema finance to ${name}; grant select on all tables in schema finance to ${name}`,
  );
}

const SANDBOX_SCHEMA = `
create schema if not exists sandbox;

-- How far the platform has lived, and what its life is drawn from.
create table if not exists sandbox.life (
  singleton   boolean primary key default true check (singleton),
  seed        text not null,
  scale       double precision not null,
  started_at  timestamptz not null,
  lived_until timestamptz not null
);

-- Payments that life leaves alone: planted, or made over the sandbox's API; only the platform's own API moves them.
create table if not exists sandbox.hand_made (
  transaction_id text primary key
);

-- What the reconciliation is expected to find. Rows of one plant come and go together.
create table if not exists sandbox.breaks (
  id        text primary key,
  plant     text not null,
  rule      text not null,
  class     text not null,
  action    text not null,
  subject   jsonb not null,
  -- The changes that mend the plant.
  mend      jsonb not null,
  mended_at timestamptz
);

-- What will happen to payments of sandbox.hand_made: life runs it in order of time.
create table if not exists sandbox.agenda (
  seq            bigint generated always as identity primary key,
  at             timestamptz not null,
  transaction_id text not null,
  attempt_id     text not null,
  event          text not null check (event in ('retry', 'submit', 'process', 'succeed', 'fail')),
  -- Of its own accord: given up where somebody says by then what the provider does.
  by_default     boolean not null
);
create index if not exists agenda_transaction on sandbox.agenda (transaction_id);

-- What a provider answers about an attempt from a moment on; without a row it is what the attempt's status says. What is
-- said of the attempt itself goes before what is said of its provider, then the newest.
create table if not exists sandbox.provider_answers (
  seq         bigint generated always as identity primary key,
  attempt_id  text not null,
  from_at     timestamptz not null,
  answer      text not null check (answer in ('succeeded', 'failed', 'pending', 'not_found', 'silent')),
  by_provider boolean not null
);
create index if not exists provider_answers_attempt on sandbox.provider_answers (attempt_id);

-- What was said last of a provider, for the attempts that it will be given.
create table if not exists sandbox.provider_orders (
  provider text primary key,
  answer   text not null,
  given_at timestamptz not null,
  after_ms bigint not null
);

-- How many of the providers' next webhooks never arrive.
create table if not exists sandbox.lost_webhooks (
  singleton boolean primary key default true check (singleton),
  times     integer not null
);

-- What goes wrong with service levels, minute by minute of the sandbox's clock; no end: until somebody says so.
create table if not exists sandbox.sli_faults (
  seq      bigint generated always as identity primary key,
  kind     text not null,
  from_at  timestamptz not null,
  until_at timestamptz
);

-- What was asked of the platform by idempotency key, with the answer that the same key gets again.
create table if not exists sandbox.platform_operations (
  idempotency_key text primary key,
  request_hash    text not null,
  action          text not null,
  transaction_id  text not null,
  at              timestamptz not null,
  -- The refusal; null: accepted.
  code            text,
  attempt_id      text,
  status          integer not null,
  headers         jsonb not null,
  body            jsonb not null
);

-- Every call of the platform's API, and what each caused.
create table if not exists sandbox.platform_calls (
  seq             bigint generated always as identity primary key,
  at              timestamptz not null,
  action          text not null,
  subject         text,
  idempotency_key text,
  -- Null: nothing was answered.
  status          integer
);
create table if not exists sandbox.platform_effects (
  seq      bigint generated always as identity primary key,
  at       timestamptz not null,
  action   text not null,
  subject  text not null,
  amount   text not null,
  currency text not null
);
`;
