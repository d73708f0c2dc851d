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
`;
