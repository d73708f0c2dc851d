import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { newId, type RunId } from '../../src/ids.ts';
import { failRunOfTask } from '../../src/reconciliation/fail-run.ts';
import { loadReport } from '../../src/reconciliation/load-digest.ts';
import { readState } from '../../src/reconciliation/read-state.ts';
import { startManualFullScan } from '../../src/reconciliation/start-full-scan.ts';
import { startManualRun } from '../../src/reconciliation/start-manual-run.ts';
import { makeConfirmDriftsTask, makeReconcileTask } from '../../src/reconciliation/tasks.ts';
import { withTransaction } from '../../src/database/pool.ts';
import type { FullScanModel } from '../../src/reconciliation/types.ts';
import { addBaseline, addEntry, addPayment, addWallet } from './finance-rows.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';
import { finish, fullScan, startScan, turn } from './scanning.ts';

const policy = testPolicy();
/** A page a turn. */
const ONE_PAGE = { turnMs: -1 };
const SLOT = '2026-01-18T00:00:00.000Z';
let house: House;

beforeEach(async () => {
  house = await makeHouse(policy, SLOT);
});
afterEach(() => house.drop());

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await house.ours.pool.query(sql, values)).rows;
}
const findings = async (state = 'open') =>
  (
    await rows('select rule, subject_id from findings where state = $1 order by rule, subject_id', [state])
  ).map((row) => `${String(row['rule'])} ${String(row['subject_id'])}`);
const report = async (id: string) =>
  (await loadReport(house.ours.pool, id as RunId, policy)) as FullScanModel;

async function account(name: string, wallet = '10.00', held = '0'): Promise<void> {
  await addEntry(house.finance.pool, { account: name, available: '10' });
  await addWallet(house.finance.pool, { account: name, available: wallet, held });
}
/** Seven accounts, two of which drift and one of which holds what it should not. */
async function seven(): Promise<void> {
  for (const name of ['a', 'c', 'e', 'g']) await account(name);
  await account('b', '10.01');
  await account('f', '9.99');
  await addEntry(house.finance.pool, { account: 'd', available: '10', held: '5' });
  await addWallet(house.finance.pool, { account: 'd', available: '10', held: '5' });
}
const BROKEN = ['R01 b', 'R01 f', 'R06 d'];

test('finds in pages what one look would find', async () => {
  await seven();
  const id = await fullScan(house, { pageSize: 2 });
  expect(await findings()).toEqual(BROKEN);
  const model = await report(id);
  expect(model.run).toMatchObject({ kind: 'full', state: 'complete', error: null });
  expect(model.totals?.accounts).toEqual({ scanned: 7, clean: 5, drifted: 2, unknown: 0, skipped: 0 });
  expect(model.scan).toMatchObject({ scanned: 7, expected: 7, pages: 4 });
  expect(await rows('select count(*)::int as left from full_scan_suspects')).toEqual([{ left: 0 }]);
});

test('a page that ends with the last account ends the scan', async () => {
  for (const name of ['a', 'b']) await account(name);
  const id = await fullScan(house, { pageSize: 2 });
  expect((await report(id)).totals?.accounts).toMatchObject({ scanned: 2, clean: 2 });
});

test('no account at all is a scan, too', async () => {
  expect((await report(await fullScan(house))).totals?.accounts.scanned).toBe(0);
});

test.each(['before the page is stored', 'after it is stored'])(
  'goes on where it stopped: killed %s',
  async (when) => {
    await seven();
    const runId = await startScan(house);
    let stores = 0;
    const guard = async () => {
      stores += 1;
      if (stores === 3) throw new AppError('overtaken', 'gone', { retryable: false });
    };
    const size = { pageSize: 2 };
    if (when === 'after it is stored') await turn(house, { runId }, { ...size, ...ONE_PAGE });
    else await expect(turn(house, { runId }, { ...size, guard })).rejects.toThrow('gone');
    const [scan] = await rows('select pages, scanned::int from full_scans');
    expect(scan).toEqual(when === 'after it is stored' ? { pages: 1, scanned: 2 } : { pages: 2, scanned: 4 });
    await finish(house, runId, size);
    expect(await findings()).toEqual(BROKEN);
    expect((await report(runId)).totals?.accounts.scanned).toBe(7);
  },
);

test('a fault of our database in the middle counts no page twice', async () => {
  await seven();
  const runId = await startScan(house);
  const broken = async () => {
    throw new AppError('database_unavailable', 'away', { retryable: true });
  };
  for (let time = 0; time < 3; time += 1) {
    await expect(turn(house, { runId }, { pageSize: 3, guard: broken })).rejects.toThrow('away');
    await turn(house, { runId }, { pageSize: 3, ...ONE_PAGE });
  }
  await finish(house, runId, { pageSize: 3 });
  expect((await report(runId)).totals?.accounts.scanned).toBe(7);
});

test('two runners at once count each page once', async () => {
  await seven();
  const runId = await startScan(house);
  await Promise.all([1, 2, 3].map(() => turn(house, { runId }, { pageSize: 1 })));
  await Promise.all([finish(house, runId, { pageSize: 1 }), finish(house, runId, { pageSize: 1 })]);
  expect((await report(runId)).totals?.accounts).toMatchObject({ scanned: 7, drifted: 2 });
  expect(await rows(`select count(*)::int as n from finding_history`)).toEqual([{ n: 3 }]);
});

test('what heals before the second look is no finding', async () => {
  await seven();
  const runId = await startScan(house);
  const outcome = await turn(house, { runId });
  expect(outcome).toEqual({ state: 'again', at: new Date(house.clock.now().getTime() + 120_000) });
  expect(await findings()).toEqual([]);
  await house.finance.pool.query(`update finance.wallets set available = 10 where account_id in ('b', 'f')`);
  await house.finance.pool.query(`update finance.wallets set held = 0 where account_id = 'd'`);
  await house.finance.pool.query(`update finance.ledger_entries set delta_held = 0`);
  await finish(house, runId);
  expect(await findings()).toEqual([]);
  expect((await report(runId)).totals?.accounts).toMatchObject({ clean: 7, drifted: 0 });
});

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

test('says nothing of accounts that it cannot tell of', async () => {
  await seven();
  await house.reconcile('2026-01-18T00:05:00.000Z');
  await addEntry(house.finance.pool, { account: 'b', available: null, at: '2026-01-17T10:00:00Z' });
  house.clock.advance(60_000);
  const id = await fullScan(house, { pageSize: 2 });
  expect(await findings()).toEqual(BROKEN);
  expect((await report(id)).totals?.accounts).toMatchObject({ unknown: 1, drifted: 1, clean: 5 });
});

const INCOMPLETE = testPolicy((text) => text.replace('ledger_complete: true', 'ledger_complete: false'));

test('wallets without baseline are skipped, and said to be', async () => {
  const strict = await makeHouse(INCOMPLETE, SLOT);
  try {
    await addWallet(strict.finance.pool, { account: 'a', available: '10' });
    await addWallet(strict.finance.pool, { account: 'b', available: '10' });
    await addBaseline(strict.finance.pool, { account: 'b', available: '10', at: '2026-01-01T00:00:00Z' });
    const id = await fullScan(strict, { pageSize: 1 });
    const model = await loadReport(strict.ours.pool, id, INCOMPLETE);
    expect(model?.totals?.accounts).toMatchObject({ scanned: 2, clean: 1, skipped: 1 });
    expect(model?.rulesNotRun).toEqual([{ rule: 'R01', reason: 'no_baseline:1' }]);
    expect(model?.run.state).toBe('complete');
  } finally {
    await strict.drop();
  }
});

test('a rule that broke off makes it partial, and resolves nothing', async () => {
  await seven();
  await house.reconcile('2026-01-18T00:05:00.000Z');
  await house.finance.pool.query(
    `update finance.wallets set available = 10, held = 'NaN' where account_id = 'b'`,
  );
  house.clock.advance(60_000);
  const id = await fullScan(house, { pageSize: 2 });
  const model = await report(id);
  expect(model.run.state).toBe('partial');
  expect(model.rulesNotRun.map(({ reason }) => reason)).toContain('rule_failed');
  expect(await findings('resolved')).toEqual([]);
  expect(house.troubles).toMatchObject([{ id, kind: 'full', state: 'partial' }]);
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

test('a slot is scanned once', async () => {
  await seven();
  await turn(house, { slotAt: SLOT });
  house.clock.advance(120_000);
  for (let time = 0; time < 3; time += 1) await turn(house, { slotAt: SLOT });
  expect(await rows('select kind, state, slot_at is not null as slot from runs')).toEqual([
    { kind: 'full', state: 'complete', slot: true },
  ]);
});

test('its message is rewritten every 30 s at most', async () => {
  for (let index = 0; index < 12; index += 1) await account(`a${index}`);
  const runId = await startScan(house);
  const told = () => house.digests.length;
  expect(told()).toBe(1);
  // Eleven pages within 22 s of our Clock: the first is told, the others are not.
  for (let page = 0; page < 11; page += 1) {
    await turn(house, { runId }, { pageSize: 1, ...ONE_PAGE });
    house.clock.advance(2_000);
  }
  expect(told()).toBe(2);
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
