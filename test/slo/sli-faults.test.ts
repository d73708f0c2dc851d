import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { openSliFaults, type SliFaults } from '../../sandbox/sli-faults.ts';
import { parseFaultOrder } from '../../sandbox/slack/faults.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { makeMinutesSli } from '../../src/slo/finance-source.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const START = new Date('2026-01-15T08:30:00+03:00');
const MINUTE_MS = 60_000;
const log = makeLog('silent');

let database: TestDatabase;
let finance: Pool;
let clock: TestClock;
let faults: SliFaults;

beforeAll(async () => {
  database = await createFinanceDatabase();
  const seed = { seed: 'lale', startAt: START, scale: 0.01, sliDays: 1, log };
  await seedFinance({ ownerUrl: database.ownerUrl, ...seed });
  finance = makeFinancePool(database.url, { schema: 'finance', log });
  clock = makeTestClock(START.toISOString());
});
beforeEach(async () => {
  // A whole minute, with all before it written.
  clock.set(new Date(Math.ceil((clock.now().getTime() + 1) / MINUTE_MS) * MINUTE_MS));
  await liveUntil(database.pool, clock.now());
  faults = await openSliFaults({ pool: database.pool, clock, log });
});
afterEach(async () => {
  await plant({ kind: 'none' });
  await faults.stop();
});
afterAll(async () => {
  await finance.end();
  await database.drop();
});

async function plant(body: object): Promise<boolean> {
  const order = parseFaultOrder({ target: 'sli', ...body });
  if (typeof order === 'string') throw new Error(order);
  return await faults.plant(order);
}

/** Lives so many minutes on; what was counted in them, as shares of good events. */
async function shares(minutes: number, sli: string): Promise<number[]> {
  const from = clock.now();
  await pass(minutes);
  return (await read(sli, from)).minutes.map(({ good, valid }) => good / valid);
}
async function pass(minutes: number): Promise<void> {
  clock.advance(minutes * MINUTE_MS);
  await faults.settle(clock.now());
  await liveUntil(database.pool, clock.now());
}
const read = (sli: string, from: Date, limits = { statementMs: 200 }) =>
  makeMinutesSli({ finance, sli, limits }).read({ from, to: clock.now(), at: clock.now() });

describe('a fault of service levels', () => {
  it.each([
    ['500', 'api_availability', 0, 0],
    ['500', 'webhook_success', 0, 0],
    ['500', 'api_latency', 0, 0],
    ['error', 'api_availability', 0, 0],
    ['slow', 'api_latency', 0.19, 0.2],
    ['slow', 'api_availability', 0.99, 1],
    ['429', 'api_availability', 0.94, 0.95],
    ['429', 'webhook_success', 0.9, 0.95],
    ['429', 'api_latency', 0.95, 1],
  ])('%s leaves %s a share of %d to %d', async (kind, sli, least, most) => {
    await plant({ kind });
    const found = await shares(2, sli);
    expect(found).toHaveLength(2);
    for (const share of found) {
      expect(share).toBeGreaterThanOrEqual(least);
      expect(share).toBeLessThanOrEqual(most);
    }
  });

  it('lasts until it is taken back', async () => {
    await plant({ kind: '500' });
    expect(await shares(3, 'api_availability')).toEqual([0, 0, 0]);
    await plant({ kind: 'none' });
    expect((await shares(1, 'api_availability'))[0]).toBeGreaterThan(0.9);
  });

  it('lasts as many minutes as it is told', async () => {
    await plant({ kind: '500', times: 2 });
    const found = await shares(4, 'api_availability');
    expect(found.map((share) => share > 0.9)).toEqual([false, false, true, true]);
  });

  it('"drop" writes nothing, also not later', async () => {
    await plant({ kind: 'drop' });
    expect(await shares(2, 'api_latency')).toEqual([]);
    await plant({ kind: 'none' });
    const before = new Date(clock.now().getTime() - 2 * MINUTE_MS);
    await pass(1);
    expect((await read('api_latency', before)).minutes).toHaveLength(1);
  });

  it('leaves other targets alone', async () => {
    expect(await plant({ target: 'provider', kind: '500' })).toBe(false);
  });
});

describe('a source of the sandbox that does not answer', () => {
  it.each(['timeout', 'lost_reply'])(
    'after "%s" runs into its time limit, while life goes on',
    async (kind) => {
      const from = clock.now();
      await plant({ kind });
      await pass(3);
      await expect(read('api_availability', from)).rejects.toThrow('statement timeout');
      const { rows } = await database.pool.query<{ at: Date }>('select lived_until as at from sandbox.life');
      expect(rows[0]?.at).toEqual(clock.now());
    },
  );

  it('tells afterwards what was counted meanwhile', async () => {
    const from = clock.now();
    await plant({ kind: 'timeout', times: 3 });
    await pass(3);
    await pass(1);
    expect((await read('api_availability', from)).minutes).toHaveLength(4);
  });

  it('still does not after a restart', async () => {
    await plant({ kind: 'timeout' });
    await faults.stop();
    await expect(read('api_availability', START)).resolves.toBeDefined();
    faults = await openSliFaults({ pool: database.pool, clock, log });
    await expect(read('api_availability', START)).rejects.toThrow('statement timeout');
  });

  it('lets go when its minutes are over', async () => {
    await plant({ kind: 'timeout', times: 1 });
    clock.advance(MINUTE_MS);
    await faults.settle(clock.now());
    await expect(read('api_availability', START)).resolves.toBeDefined();
  });
});

describe('minutes of the sandbox', () => {
  it.each(['api_availability', 'api_latency', 'webhook_success'])(
    'tell who caused what of %s',
    async (sli) => {
      const { minutes, contributors } = await read(sli, new Date(START.getTime() - 86_400_000), {
        statementMs: 9_000,
      });
      const bad = minutes.reduce((sum, { good, valid }) => sum + valid - good, 0);
      expect(bad).toBeGreaterThan(0);
      expect(contributors.reduce((sum, each) => sum + each.bad, 0)).toBe(bad);
      expect(new Set(contributors.map(({ name }) => name)).size).toBeGreaterThan(1);
    },
  );
});
