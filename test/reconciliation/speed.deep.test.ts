import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { plantBreaks } from '../../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
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
