import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId, type RunId } from '../../src/ids.ts';
import { failRunOfTask } from '../../src/reconciliation/fail-run.ts';
import { loadReport } from '../../src/reconciliation/load-digest.ts';
import { readState } from '../../src/reconciliation/read-state.ts';
import { startManualFullScan } from '../../src/reconciliation/start-full-scan.ts';
import { startManualRun } from '../../src/reconciliation/start-manual-run.ts';
import { makeConfirmDriftsTask, makeReconcileTask } from '../../src/reconciliation/tasks.ts';
import { withTransaction } from '../../src/database/pool.ts';
import type { FullScanModel } from '../../src/reconciliation/types.ts';
import { addPayment } from './finance-rows.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';
import { addAccount, addSeven, finish, fullScan, startScan, sweep, turn } from './scanning.ts';

const policy = testPolicy();
/** A page a turn. */
const ONE_PAGE = { turnMs: -1 };
const SLOT = '2026-01-18T00:00:00.000Z';
let house: House;

beforeAll(async () => {
  house = await makeHouse(policy, SLOT);
});
afterAll(() => house.drop());

beforeEach(() => sweep(house));

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await house.ours.pool.query(sql, values)).rows;
}
const findings = async (state = 'open') =>
  (
    await rows('select rule, subject_id from findings where state = $1 order by rule, subject_id', [state])
  ).map((row) => `${String(row['rule'])} ${String(row['subject_id'])}`);
const report = async (id: string) =>
  (await loadReport(house.ours.pool, id as RunId, policy)) as FullScanModel;

const account = (name: string, available?: string) => addAccount(house, name, available);
const seven = () => addSeven(house);
const BROKEN = ['R01 b', 'R01 f', 'R06 d'];

test('resolves unseen findings of its own rules only', async () => {
  await seven();
  await addPayment(house.finance.pool, { id: 'never', at: '2026-01-17T10:00:00Z' });
  await house.reconcile('2026-01-18T00:05:00.000Z');
  expect(await findings()).toEqual(expect.arrayContaining([...BROKEN, 'R04 never']));
  await house.finance.pool.query(`update finance.wallets set available = 10 where account_id = 'b'`);
  await house.finance.pool.query(`update finance.transactions set state = 'requested' where id = 'never'`);
  await house.finance.pool.query(
    `insert into finance.wallets values ('anadolu', 'acc-never', 'USD', 0, 10, now())`,
  );
  house.clock.advance(60_000);
  const id = await fullScan(house);
  expect(await findings('resolved')).toEqual(['R01 b']);
  expect(await findings()).toContain('R04 never');
  expect((await report(id)).totals?.appearances).toMatchObject({ resolved: 1 });
  expect(await rows(`select distinct rule from run_findings where run_id = $1 order by rule`, [id])).toEqual([
    { rule: 'R01' },
    { rule: 'R06' },
  ]);
});

test('a finding of a daily run after its page is left alone', async () => {
  for (const name of ['a', 'b', 'c']) await account(name);
  const runId = await startScan(house);
  await turn(house, { runId }, { pageSize: 2, ...ONE_PAGE });
  // Read as clean; then it drifts, and a daily run sees it.
  await house.finance.pool.query(
    `update finance.wallets set available = 11, updated_at = $1 where account_id = 'a'`,
    [house.clock.now()],
  );
  house.clock.advance(1_000);
  await house.reconcile('2026-01-18T00:05:00.000Z');
  expect(await findings()).toEqual(['R01 a']);
  await finish(house, runId);
  expect(await findings()).toEqual(['R01 a']);
});

test('a daily run resolves nothing of a full scan that it did not look at', async () => {
  await account('quiet');
  await house.reconcile('2026-01-18T00:05:00.000Z');
  // An old row: no window of a daily run will see it.
  await house.finance.pool.query(`update finance.wallets set available = 11`);
  house.clock.advance(3_600_000);
  const runId = await startScan(house);
  await turn(house, { runId });
  const slotAt = '2026-01-18T02:00:00.000Z';
  await house.step(makeReconcileTask(house.deps), { slotAt });
  house.clock.advance(120_000);
  // It waits for the daily run that looked at what was open before.
  expect(await turn(house, { runId })).toMatchObject({ state: 'again' });
  expect((await report(runId)).scan.waits).toBe(true);
  expect(await findings()).toEqual([]);
  const [daily] = await rows('select id from runs where slot_at = $1', [slotAt]);
  await house.step(makeConfirmDriftsTask(house.deps), { runId: String(daily?.['id']) });
  await finish(house, runId);
  expect(await findings()).toEqual(['R01 quiet']);
  await house.reconcile('2026-01-18T04:00:00.000Z');
  expect(await findings()).toEqual(['R01 quiet']);
});

test('a scan that fails says so and is no blind spot of the daily runs', async () => {
  await seven();
  const runId = await startScan(house);
  await turn(house, { runId }, { pageSize: 2, ...ONE_PAGE });
  await withTransaction(house.ours.pool, (tx) =>
    failRunOfTask(tx, house.deps, {
      kind: 'full-scan',
      payload: { runId },
      code: 'finance_unavailable',
      at: house.clock.now(),
    }),
  );
  expect((await report(runId)).run).toMatchObject({ state: 'failed', error: 'finance_unavailable' });
  expect(house.troubles).toMatchObject([{ kind: 'full', state: 'failed' }]);
  expect(await findings()).toEqual([]);
  expect(await turn(house, { runId })).toEqual({ state: 'done' });
});

test('one at a time, and the second person hears who began', async () => {
  const runId = await startScan(house);
  const again = { actor: 'person:U2', requestId: newId<string>() };
  expect(await startManualFullScan(house.deps, house.clock.now(), again)).toMatchObject({
    why: 'under_way',
    run: { id: runId, startedBy: 'person:U1' },
  });
  // Its slot waits; a daily run does not.
  expect(await turn(house, { slotAt: SLOT })).toMatchObject({ state: 'again' });
  const daily = { actor: 'person:U3', requestId: newId<string>() };
  expect(await startManualRun(house.deps, house.clock.now(), daily)).toMatchObject({ ok: true });
});

test('/recon knows both kinds apart', async () => {
  await account('a');
  await house.reconcile('2026-01-18T00:05:00.000Z');
  await fullScan(house);
  const state = await readState(house.ours.pool, policy, house.clock.now());
  expect(state.last?.kind).toBe('daily');
  expect(state.settled?.kind).toBe('daily');
  expect(state.running).toBeNull();
  expect(state.full).toMatchObject({ run: { kind: 'full', state: 'complete' }, scan: { scanned: 1 } });
});
