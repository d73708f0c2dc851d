import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadStandings } from '../../src/slo/load-standing.ts';
import { policyWith } from '../overrides/cast.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillMinutes, FOUR, NOW } from './standing-ground.ts';

let ours: TestDatabase;

beforeAll(async () => {
  ours = await createOurDatabase();
  await fillMinutes(ours.pool, { slos: FOUR, until: NOW, days: 100 });
}, 120_000);

afterAll(() => ours.drop());

async function p95Of(load: () => Promise<unknown>): Promise<number> {
  const tookMs: number[] = [];
  for (let call = 0; call < 20; call += 1) {
    const began = performance.now();
    await load();
    tookMs.push(performance.now() - began);
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Infinity;
}

test('four promises are read in time', async () => {
  const deps = { pool: ours.pool, policy: policyWith(() => undefined), slos: FOUR };
  const all = await p95Of(() => loadStandings(deps, NOW));
  const one = await p95Of(() => loadStandings(deps, NOW, { names: ['payout'], trend: true }));
  const long = await p95Of(() => loadStandings(deps, NOW, { names: ['payout'], days: 90, trend: true }));
  // 30 days of four are 216,000 rows, 90 of payouts 259,200. The limit is for busy cores.
  expect(all).toBeLessThan(1_000);
  expect(one).toBeLessThan(1_000);
  expect(long).toBeLessThan(1_000);
});
