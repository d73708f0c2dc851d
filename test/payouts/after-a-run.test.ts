import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { plantBreaks } from '../../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import type { TaskId } from '../../src/ids.ts';
import { makeCheckPayoutsTask } from '../../src/payouts/check-payouts.ts';
import { makeScriptedPlatform } from '../operations/scripted-platform.ts';
import { log, makeHouse, testPolicy, type House } from '../reconciliation/harness.ts';

const policy = testPolicy();
let house: House;

beforeAll(async () => {
  house = await makeHouse(policy, '2026-01-15T08:55:00+03:00');
  await seedFinance({
    ownerUrl: house.finance.ownerUrl,
    seed: 'planted',
    startAt: new Date('2026-01-15T08:30:00+03:00'),
    scale: 0.1,
    sliDays: 1,
    log,
    reader: 'finance_reader',
  });
  await plantBreaks(house.finance.pool);
  await liveUntil(house.finance.pool, house.clock.now());
});
afterAll(() => house.drop());

async function findings() {
  const { rows } = await house.ours.pool.query(
    `select subject_id, rule, class, action, state from findings where family is not null order by key`,
  );
  return rows as unknown[];
}

test('a check sees what the run saw', async () => {
  await house.reconcile('2026-01-15T09:00:00+03:00');
  const seen = await findings();
  expect(seen.length).toBeGreaterThan(10);
  const { ours, finance, reader, clock } = house;
  const platform = makeScriptedPlatform(finance.pool, clock);
  platform.offer = 'no_platform';
  const deps = { pool: ours.pool, finance: reader, policy, platform, refreshReports: async () => undefined };
  await makeCheckPayoutsTask(deps).run(
    {
      taskId: 't' as TaskId,
      key: 'k',
      faults: 0,
      clock,
      log,
      signal: new AbortController().signal,
      guard: async () => undefined,
    },
    {},
  );
  expect(await findings()).toEqual(seen);
  const { rows } = await ours.pool.query(
    `select p.transaction_id from payouts p join findings f on f.subject_id = p.transaction_id and f.family = 'payout'
      where p.state = 'open' and p.rule = f.rule and p.class = f.class and p.action = f.action`,
  );
  const payouts = await ours.pool.query(`select from findings where family = 'payout'`);
  expect(rows).toHaveLength(payouts.rowCount ?? 0);
});
