import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availableViews } from '../../src/finance/available-views.ts';
import { makeFinancePool, primaryOf, withSnapshot } from '../../src/finance/connect.ts';
import { CONTRACT_VIEW_NAMES } from '../../src/finance/contract.ts';
import { AppError, BugError } from '../../src/errors.ts';
import { makeLog } from '../../src/log.ts';
import type { Pool } from '../../src/database/pool.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const log = makeLog('silent');

describe('the finance connection', () => {
  let database: TestDatabase;
  let finance: Pool;
  beforeAll(async () => {
    database = await createFinanceDatabase();
    finance = makeFinancePool(database.url, { schema: 'finance', log });
  });
  afterAll(async () => {
    await finance.end();
    await database.drop();
  });

  const addProvider = async (provider: string): Promise<unknown> =>
    await database.pool.query(`insert into finance.providers values ($1, 'active', 1)`, [provider]);
  const countProviders = `select count(*)::int as count from providers`;

  it('shows one moment for all statements of a look', async () => {
    const seen = await withSnapshot(finance, async (client) => {
      const before = await client.query(countProviders);
      await addProvider('new-one');
      const after = await client.query(countProviders);
      return [before.rows[0], after.rows[0]];
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  it('writes nothing, even for a login that could', async () => {
    const owner = makeFinancePool(database.ownerUrl, { schema: 'finance', log });
    try {
      await expect(owner.query('delete from providers')).rejects.toThrow(/read-only/);
      await expect(
        withSnapshot(owner, async (client) => await client.query('delete from providers')),
      ).rejects.toThrow(/read-only/);
    } finally {
      await owner.end();
    }
  });

  it.each([
    ['a missing view', 'select * from no_such_view'],
    ['a missing column', 'select no_such_column from wallets'],
    ['a type that does not fit', 'select * from wallets where account_id = 7'],
    ['a forbidden view', 'select * from pg_authid'],
    ['a value that does not fit', `select 'x'::numeric`],
  ])('calls %s a broken contract', async (_what, sql) => {
    const look = withSnapshot(finance, async (client) => await client.query(sql));
    await expect(look).rejects.toMatchObject({ code: 'finance_contract', retryable: false });
  });

  it.each([
    ['nobody answers', 'postgresql://finance_reader@127.0.0.1:1/finance'],
    ['the name is unknown', 'postgresql://finance_reader@no-such-host.invalid/finance'],
  ])('calls it unavailable when %s', async (_what, url) => {
    const pool = makeFinancePool(url, { schema: 'finance', log });
    const look = withSnapshot(pool, async (client) => await client.query('select 1'));
    await expect(look).rejects.toMatchObject({ code: 'finance_unavailable', retryable: true });
    await pool.end();
  });

  it('calls it unavailable when a statement takes too long', async () => {
    const hasty = makeFinancePool(database.url, { schema: 'finance', log, statementTimeoutMs: 30 });
    const look = withSnapshot(hasty, async (client) => await client.query('select pg_sleep(5)'));
    await expect(look).rejects.toMatchObject({ code: 'finance_unavailable', retryable: true });
    await hasty.end();
  });

  it('calls it unavailable when the connection is cut, and recovers', async () => {
    const look = withSnapshot(finance, async (client) => {
      await client.query('select pg_terminate_backend(pg_backend_pid())');
    });
    await expect(look).rejects.toThrow(AppError);
    const { rows } = await withSnapshot(finance, async (client) => await client.query('select 1 as one'));
    expect(rows).toEqual([{ one: 1 }]);
  });

  it('passes an error of the work itself unchanged', async () => {
    const bug = new BugError('ours');
    await expect(
      withSnapshot(finance, async () => {
        throw bug;
      }),
    ).rejects.toBe(bug);
  });

  it('refuses a schema name that is more than a name', () => {
    expect(() => makeFinancePool(database.url, { schema: 'finance -c x=y', log })).toThrow(BugError);
  });

  it('lists the views that are there and may be read', async () => {
    const all = await withSnapshot(finance, availableViews);
    expect([...all].sort()).toEqual([...CONTRACT_VIEW_NAMES].sort());
    await database.pool.query(
      'revoke select on finance.accounts from finance_reader; drop table finance.fx_rates',
    );
    const left = await withSnapshot(finance, availableViews);
    expect([...all].filter((view) => !left.has(view)).sort()).toEqual(['accounts', 'fx_rates']);
  });

  it('takes the primary for safety when there is one', async () => {
    const primary = makeFinancePool(database.url, { schema: 'finance', log });
    expect(await primaryOf({ reporting: finance, primary })).toBe(primary);
    expect(await primaryOf({ reporting: finance, primary: null })).toBe(finance);
    await primary.end();
  });
});
