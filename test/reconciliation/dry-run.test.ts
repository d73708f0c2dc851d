import { afterAll, beforeAll, expect, test } from 'vitest';
import { dryRun, dryRunJson, type DryRun } from '../../src/reconciliation/dry-run.ts';
import { formatDryRun } from '../../src/reconciliation/dry-run-table.ts';
import { addEntry, addPayment, addWallet } from './finance-rows.ts';
import { log, makeHouse, testPolicy, type House } from './harness.ts';

const policy = testPolicy();
let house: House;
const progress: string[] = [];

beforeAll(async () => {
  house = await makeHouse(policy, '2026-01-15T05:55:00Z');
  const { pool } = house.finance;
  await addPayment(pool, { id: 'yesterday', at: '2026-01-14T10:00:00Z' });
  await addPayment(pool, { id: 'before', at: '2026-01-13T10:00:00Z' });
  await addEntry(pool, { account: 'off', available: '10' });
  await addWallet(pool, { account: 'off', available: '11' });
});
afterAll(() => house.drop());

async function look(date: string): Promise<DryRun> {
  return await dryRun({
    finance: house.reader,
    ours: house.ours.pool,
    policy,
    now: house.clock.now(),
    date,
    log,
    onProgress: ({ rule }) => progress.push(rule),
  });
}
const seen = (run: DryRun) =>
  run.breaks.map(({ rule, subject, confirmed }) => `${rule} ${subject.id} ${confirmed}`);

test('today looks at everything, R01 unconfirmed', async () => {
  const run = await look('2026-01-15');
  expect(run.past).toBe(false);
  expect(seen(run).toSorted()).toEqual([
    'R01 off false',
    'R04 before true',
    'R04 yesterday true',
    'R30 breaks false',
  ]);
  expect(progress).toContain('R01');
  const table = formatDryRun(run, 'USD');
  expect(table).toContain('4 breaks: 4 HIGH, 0 MED, 0 LOW');
  expect(table).toContain('3 scanned = 2 clean + 1 drifted + 0 unknown + 0 skipped');
  expect(table).toMatch(/HIGH +R01 +escalate +anadolu +account off +1\.00 USD +1\.00 USD +19 h +unconfirmed/);
});

test('a past date runs the rules of its window only', async () => {
  const run = await look('2026-01-14');
  expect(seen(run)).toEqual(['R04 yesterday true']);
  const reasons = new Map(run.notRun.map(({ rule, reason }) => [rule, reason]));
  for (const rule of ['R01', 'R06', 'R07', 'R19', 'R20', 'R21', 'R22', 'R23', 'R30'])
    expect(reasons.get(rule)).toBe('past_date');
  expect(formatDryRun(run, 'USD')).toContain(
    'A past date: only rules that depend on the window alone were run.',
  );
});

test('nothing is stored', async () => {
  await look('2026-01-15');
  const { rows } = await house.ours.pool.query(
    'select (select count(*) from runs)::int as runs, (select count(*) from findings)::int as findings',
  );
  expect(rows).toEqual([{ runs: 0, findings: 0 }]);
});

test('JSON keeps amounts as strings', async () => {
  const parsed = JSON.parse(dryRunJson(await look('2026-01-14')));
  expect(parsed.breaks[0]).toMatchObject({ rule: 'R04', amountMinor: '1000', currency: 'USD' });
});
