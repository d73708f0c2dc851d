import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadReport } from '../../src/reconciliation/load-digest.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';
import { fullScan } from './scanning.ts';

const policy = testPolicy();
let house: House;

beforeAll(async () => {
  house = await makeHouse(policy, '2026-01-18T00:00:00Z');
  await house.finance.pool.query(`
    insert into finance.wallets
      select 'anadolu', 'acc-' || n, 'USD', 30 + (n % 10000 = 0)::int, 0, timestamptz '2026-01-01' from generate_series(1, 100000) n;
    insert into finance.ledger_entries
      select 'e' || n || '-' || k, null, 'anadolu', 'acc-' || n, 'USD', 'booked', 10, 0, timestamptz '2026-01-01'
        from generate_series(1, 100000) n, generate_series(1, 3) k;`);
}, 120_000);
afterAll(() => house.drop());

test('100,000 wallets are scanned in under a minute, in bounded memory', { timeout: 180_000 }, async () => {
  const before = process.memoryUsage().heapUsed;
  const began = performance.now();
  const id = await fullScan(house);
  const tookMs = performance.now() - began;
  const grownMb = (process.memoryUsage().heapUsed - before) / 1_048_576;
  const model = await loadReport(house.ours.pool, id, policy);
  process.stderr.write(`full scan: ${Math.round(tookMs)} ms, heap ${Math.round(grownMb)} MB more\n`);
  expect(model?.totals?.accounts).toMatchObject({ scanned: 100_000, clean: 99_990, drifted: 10 });
  expect(tookMs).toBeLessThan(60_000);
  expect(grownMb).toBeLessThan(100);
});
