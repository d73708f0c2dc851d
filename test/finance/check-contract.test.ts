import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { SANDBOX_TENANTS } from '../../sandbox/data/world.ts';
import { checkContract } from '../../src/finance/check-contract.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { ContractReport } from '../../src/finance/contract-report.ts';
import { makeLog } from '../../src/log.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const log = makeLog('silent');
const policy = { tenants: SANDBOX_TENANTS.map((tenant) => ({ ...tenant })) };

let database: TestDatabase;
let copies = 0;
beforeAll(async () => {
  database = await createFinanceDatabase();
  const startAt = new Date('2026-01-15T08:30:00+03:00');
  await seedFinance({ ownerUrl: database.ownerUrl, seed: 'lale', startAt, scale: 0.02, sliDays: 1, log });
});
afterAll(async () => await database.drop());

async function checkAs(url: string, schema = 'finance'): Promise<ContractReport> {
  const pool = makeFinancePool(url, { schema, log });
  try {
    return await checkContract(pool, schema, policy);
  } finally {
    await pool.end();
  }
}

const problemsOf = (report: ContractReport): string[] =>
  report.lines.filter(({ state }) => state === 'problem').map(({ text }) => text);
const warningsOf = (report: ContractReport): string[] =>
  report.lines.filter(({ state }) => state === 'warning').map(({ text }) => text);

/** The last row of a table, changed. */
const spoil = (table: string, set: string): string =>
  `update finance.${table} set ${set} where ctid = (select ctid from finance.${table} limit 1)`;

const BROKEN: { title: string; sql: string; problem: RegExp }[] = [
  {
    title: 'a view is missing',
    sql: 'drop table finance.wallets',
    problem:
      /^finance\.wallets is missing: create the view with columns tenant_id, account_id, currency, available/,
  },
  {
    title: 'a column is missing',
    sql: 'alter table finance.transactions drop column state_since',
    problem: /^finance\.transactions\.state_since is missing: add the column to the view, as timestamptz/,
  },
  {
    title: 'an amount is a float',
    sql: 'alter table finance.wallets alter column held type double precision',
    problem: /^finance\.wallets\.held is float8 and must be numeric: a float can't hold money/,
  },
  {
    title: 'an amount is an integer',
    sql: 'alter table finance.ledger_entries alter column delta_held type bigint',
    problem: /^finance\.ledger_entries\.delta_held is int8 .*minor units, select delta_held::numeric \/ 100/,
  },
  {
    title: 'a time has no zone',
    sql: 'alter table finance.transactions alter column requested_at type timestamp',
    problem:
      /^finance\.transactions\.requested_at is timestamp and must be timestamptz: .* at time zone 'UTC'/,
  },
  {
    title: 'a time is a number',
    sql: `alter table finance.payout_attempts alter column updated_at
            type bigint using extract(epoch from updated_at)::bigint`,
    problem: /^finance\.payout_attempts\.updated_at is int8 .*to_timestamp/,
  },
  {
    title: 'an id is no text',
    sql: 'alter table finance.webhook_events alter column id type uuid using md5(id)::uuid',
    problem: /^finance\.webhook_events\.id is uuid and must be text or varchar: select id::text as id/,
  },
  {
    title: 'a day is a time',
    sql: 'alter table finance.fx_rates alter column day type timestamptz',
    problem: /^finance\.fx_rates\.day is timestamptz and must be date: select day::date/,
  },
  {
    title: 'a view may not be read',
    sql: 'revoke select on finance.payout_attempts from finance_reader',
    problem: /^finance\.payout_attempts may not be read: grant select/,
  },
  {
    title: 'a state is unknown',
    sql: spoil('transactions', `state = 'in_transit'`),
    problem: /^finance\.transactions\.state has "in_transit": map it to one of created,/,
  },
  {
    title: "a state is another kind's",
    sql: `update finance.transactions set state = 'paid'
           where id = (select id from finance.transactions where kind = 'deposit' and final_at is not null limit 1)`,
    problem: /^finance\.transactions\.state has "deposit paid"/,
  },
  {
    title: 'a kind is unknown',
    sql: `alter table finance.transactions drop constraint transactions_kind_check;
          ${spoil('transactions', `kind = 'cashback'`)}`,
    problem: /^finance\.transactions\.kind has "cashback": map it to one of deposit, withdrawal/,
  },
  {
    title: 'a currency is unknown',
    sql: spoil('wallets', `currency = 'TL'`),
    problem: /^finance\.wallets\.currency has "TL": use ISO 4217 codes/,
  },
  {
    title: 'an amount is finer than its currency',
    sql: `update finance.ledger_entries set delta_available = 0.001
           where id = (select id from finance.ledger_entries where currency = 'TRY' limit 1)`,
    problem:
      /^finance\.ledger_entries\.delta_available has more decimals than its currency in 1 of the newest rows/,
  },
  {
    title: 'an amount is not a number',
    sql: spoil('wallets', `available = 'NaN'`),
    problem: /^finance\.wallets\.available has more decimals than its currency in 1 /,
  },
  {
    title: 'an amount is negative',
    sql: spoil('transactions', 'amount = -amount'),
    problem: /^finance\.transactions\.amount is negative in 1 /,
  },
  {
    title: 'a column is null',
    sql: `alter table finance.transactions alter column requested_at drop not null;
          ${spoil('transactions', 'requested_at = null')}`,
    problem: /^finance\.transactions\.requested_at is null in 1 of the newest rows/,
  },
  {
    title: 'a final payment has no final_at',
    sql: `update finance.transactions set final_at = null
           where id = (select id from finance.transactions where state = 'completed' limit 1)`,
    problem: /^finance\.transactions\.final_at disagrees with state in 1 /,
  },
  {
    title: 'a view fails when it is read',
    sql: `alter table finance.wallet_baselines rename to old_baselines;
          create view finance.wallet_baselines as
            select tenant_id, account_id, currency, available / (available - available) as available, held, as_of
              from finance.old_baselines;
          grant select on finance.wallet_baselines to finance_reader`,
    problem: /^finance\.wallet_baselines can't be read: division by zero/,
  },
  {
    title: 'the login can write',
    sql: 'grant update on finance.wallets to finance_reader',
    problem: /^the login finance_reader can write finance\.wallets: revoke/,
  },
  {
    title: 'the login can write one column',
    sql: 'grant update (state) on finance.transactions to finance_reader',
    problem: /^the login finance_reader can write finance\.transactions: revoke/,
  },
  {
    title: 'the login can write the table behind a view',
    sql: `create schema core;
          alter table finance.accounts set schema core;
          create view finance.accounts as select * from core.accounts;
          grant select on finance.accounts to finance_reader;
          grant usage on schema core to finance_reader; grant delete on core.accounts to finance_reader`,
    problem: /^the login finance_reader can write core\.accounts: revoke/,
  },
  {
    title: 'the login can create in the schema',
    sql: 'grant create on schema finance to finance_reader',
    problem: /^the login finance_reader can create in finance/,
  },
];

describe('the contract', () => {
  it('is kept by the reference schema and its data', async () => {
    const report = await checkAs(database.url);
    expect(report.lines.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(report.ok).toBe(true);
  });

  it.each(BROKEN)('is broken when $title', async ({ sql, problem }) => {
    const report = await tried(sql);
    expect(problemsOf(report)).toEqual([expect.stringMatching(problem)]);
    expect([report.ok, report.lines[0]?.state]).toEqual([false, 'problem']);
  });

  it('is broken by the owner and by a superuser', async () => {
    expect(problemsOf(await checkAs(database.ownerUrl)).join('\n')).toMatch(
      /finance_owner can write finance\.accounts/,
    );
    expect(problemsOf(await checkAs(database.superuserUrl))).toEqual([
      expect.stringMatching(/^the login postgres is a superuser/),
    ]);
  });

  it('is broken by a schema that is not there', async () => {
    expect(problemsOf(await checkAs(database.url, 'money'))).toEqual([
      expect.stringMatching(/^there is no schema money .* FINANCE_SCHEMA/),
    ]);
  });

  it('is kept without optional views, which is said', async () => {
    const report = await tried('drop table finance.webhook_events; drop table finance.fx_rates');
    expect(report.ok).toBe(true);
    expect(report.lines.filter(({ state }) => state === 'note').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^finance\.fx_rates is absent: .*MED at least/),
      'finance.webhook_events is absent: R24 is not run',
    ]);
  });

  it('warns of tenants that the policy does not name', async () => {
    const report = await tried(spoil('accounts', `tenant_id = 'ghost'`));
    expect(warningsOf(report)).toEqual([
      expect.stringMatching(/accounts\.tenant_id has "ghost", which policy/),
    ]);
  });

  it('warns of an index worth having, behind a view too', async () => {
    const report = await tried(
      `create schema core; alter table finance.transactions set schema core;
       create view finance.transactions as select * from core.transactions;
       grant select on finance.transactions to finance_reader; drop index core.transactions_updated`,
    );
    expect(warningsOf(report)).toEqual([
      'core.transactions has no index that begins with (updated_at): create index concurrently on core.transactions (updated_at)',
    ]);
  });

  it('holds in a schema of another name', async () => {
    const report = await tried('alter schema finance rename to money', 'money');
    expect(report.lines.filter(({ state }) => state !== 'ok')).toEqual([]);
  });
});

/** Checks a copy of the database after a change by its owner. Nobody is connected to the original meanwhile. */
async function tried(sql: string, schema = 'finance'): Promise<ContractReport> {
  copies += 1;
  const original = new URL(database.superuserUrl).pathname.slice(1);
  const name = `${original}_${copies}`;
  const at = (url: string, path = name): string => Object.assign(new URL(url), { pathname: `/${path}` }).href;
  await query(
    at(database.superuserUrl, 'postgres'),
    `create database ${name} template ${original} owner finance_owner strategy file_copy`,
  );
  try {
    await query(at(database.ownerUrl), sql);
    return await checkAs(at(database.url), schema);
  } finally {
    await query(at(database.superuserUrl, 'postgres'), `drop database ${name} with (force)`);
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
