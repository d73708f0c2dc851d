import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTHING_KNOWN } from '../../src/operations/retry-facts.ts';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { plantBreaks } from '../../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { NOTHING_OPEN } from '../../src/reconciliation/open-subjects.ts';
import { scanFinance } from '../../src/reconciliation/scan.ts';
import { log, makeHouse, testPolicy, type House } from './harness.ts';

let house: House;

beforeAll(async () => {
  house = await makeHouse(testPolicy(), '2026-01-15T08:55:00+03:00');
  await seedFinance({
    ownerUrl: house.finance.ownerUrl,
    seed: 'speed',
    startAt: new Date('2026-01-15T08:30:00+03:00'),
    scale: 1,
    log,
    reader: 'finance_reader',
    sliDays: 1,
  });
  await plantBreaks(house.finance.pool);
  await liveUntil(house.finance.pool, house.clock.now());
}, 180_000);
afterAll(() => house.drop());

test('20,000 transactions reconcile in under 3 s', async () => {
  const began = performance.now();
  await house.reconcile('2026-01-15T09:00:00+03:00');
  const firstMs = performance.now() - began;
  house.clock.set('2026-01-16T08:55:00+03:00');
  await liveUntil(house.finance.pool, house.clock.now());
  const again = performance.now();
  await house.reconcile('2026-01-16T09:00:00+03:00');
  const dailyMs = performance.now() - again;
  const { rows } = await house.finance.pool.query('select count(*)::int as count from finance.transactions');
  expect(rows[0].count).toBeGreaterThan(19_000);
  process.stderr.write(`reconciled: everything ${Math.round(firstMs)} ms, a day ${Math.round(dailyMs)} ms\n`);
  expect(firstMs).toBeLessThan(3_000);
  expect(dailyMs).toBeLessThan(3_000);
});

/** What the planner knows of tables that were never analysed, and of tables analysed when they were all but empty. */
test.each([-1, 1])('statistics of %s rows cost no rule its speed', async (reltuples) => {
  const superuser = new pg.Client({ connectionString: house.finance.superuserUrl });
  await superuser.connect();
  await superuser.query('delete from pg_statistic');
  await superuser.query(
    `update pg_class set reltuples = $1, relpages = 1, relallvisible = 0 where relnamespace = 'finance'::regnamespace`,
    [reltuples],
  );
  await superuser.end();
  const observedAt = house.clock.now();
  for (const days of [null, 7, 20]) {
    const from = days === null ? null : new Date(observedAt.getTime() - days * 86_400_000);
    const began = performance.now();
    await scanFinance(house.reader, {
      policy: testPolicy(),
      observedAt,
      volumeDay: '2026-01-14',
      window: { from, to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
      pastDate: false,
      log,
    });
    expect(performance.now() - began).toBeLessThan(3_000);
  }
});
