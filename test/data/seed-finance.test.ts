import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLog } from '../../src/log.ts';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { checksumOf, disagreements } from './invariants.ts';

const START = new Date('2026-01-15T08:30:00+03:00');
const later = (hours: number): Date => new Date(START.getTime() + hours * 3_600_000);
const log = makeLog('silent');

describe('a seeded platform', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createFinanceDatabase();
    await seedFinance({ ownerUrl: database.ownerUrl, seed: 'lale', startAt: START, scale: 1, log });
  });
  afterAll(async () => await database.drop());

  it('has about 20,000 payments', async () => {
    const { rows } = await database.pool.query<{ count: number }>(
      'select count(*)::int as count from finance.transactions',
    );
    expect(rows[0]?.count).toBeGreaterThan(18_000);
    expect(rows[0]?.count).toBeLessThan(22_000);
  });

  it('has ledger and wallets in agreement', async () => {
    expect(await disagreements(database.pool, START)).toEqual([]);
  });

  it('has payouts in flight, and none of them stuck', async () => {
    const { rows } = await database.pool.query<{ state: string; oldest: number }>(
      `select state, max(extract(epoch from $1 - state_since) / 60)::float8 as oldest
         from finance.transactions
        where final_at is null
        group by state`,
      [START],
    );
    expect(rows.map((row) => row.state)).toEqual(expect.arrayContaining(['requested', 'processing']));
    for (const row of rows) expect(row.oldest).toBeLessThan(row.state === 'requested' ? 60 : 25);
  });

  it('has every kind, currency, provider and tenant', async () => {
    const { rows } = await database.pool.query<Record<string, number>>(
      `select count(distinct kind)::int as kinds, count(distinct currency)::int as currencies,
              count(distinct provider)::int as providers, count(distinct tenant_id)::int as tenants
         from finance.transactions`,
    );
    expect(rows[0]).toEqual({ kinds: 6, currencies: 5, providers: 3, tenants: 2 });
  });

  it('is left as it is by a second seeding', async () => {
    const again = await seedFinance({
      ownerUrl: database.ownerUrl,
      seed: 'x',
      startAt: START,
      scale: 1,
      log,
    });
    expect(again).toEqual({ seeded: false, payments: 0 });
  });

  it('lives a day in agreement', async () => {
    const lived = await liveUntil(database.pool, later(24));
    expect(lived.payments).toBeGreaterThan(400);
    expect(await disagreements(database.pool, later(24))).toEqual([]);
  });

  it('stays in agreement for three days', async () => {
    for (const hours of [24.5, 31, 48, 60, 72]) {
      await liveUntil(database.pool, later(hours));
      expect(await disagreements(database.pool, later(hours))).toEqual([]);
    }
  });
});

describe('seed and time alone', () => {
  const databases: TestDatabase[] = [];
  afterAll(async () => {
    for (const database of databases) await database.drop();
  });
  async function seeded(seed: string): Promise<TestDatabase> {
    const database = await createFinanceDatabase();
    databases.push(database);
    await seedFinance({ ownerUrl: database.ownerUrl, seed, startAt: START, scale: 0.1, sliDays: 1, log });
    return database;
  }

  it('decide every row, however life is cut', async () => {
    const [one, two] = [await seeded('lale'), await seeded('lale')];
    expect(await checksumOf(one.pool)).toEqual(await checksumOf(two.pool));
    await liveUntil(one.pool, later(30));
    for (const hours of [0.1, 3, 3.01, 8, 19, 30]) await liveUntil(two.pool, later(hours));
    expect(await checksumOf(one.pool)).toEqual(await checksumOf(two.pool));
  });

  it('give other rows for another seed', async () => {
    const [one, two] = [await seeded('lale'), await seeded('gul')];
    expect(await checksumOf(one.pool)).not.toEqual(await checksumOf(two.pool));
  });

  it('live a span once, though two ask for it', async () => {
    const one = await seeded('lale');
    const both = await Promise.all([liveUntil(one.pool, later(2)), liveUntil(one.pool, later(2))]);
    expect(both.filter(({ from }) => from !== null)).toHaveLength(1);
    expect(await liveUntil(one.pool, later(1))).toEqual({ from: null, payments: 0 });
  });
});
