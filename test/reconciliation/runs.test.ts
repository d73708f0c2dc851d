import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { AppError } from '../../src/errors.ts';
import type { RunId } from '../../src/ids.ts';
import { checkRuns, failRunOfTask } from '../../src/reconciliation/fail-run.ts';
import { loadDigest, loadOpening } from '../../src/reconciliation/load-digest.ts';
import { makeDailySchedule } from '../../src/reconciliation/schedule.ts';
import { requestRun } from '../../src/reconciliation/start-run.ts';
import { makeConfirmDriftsTask, makeReconcileTask } from '../../src/reconciliation/tasks.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { addEntry, addPayment, addWallet } from './finance-rows.ts';
import { log, makeHouse, testPolicy, type House } from './harness.ts';

const policy = testPolicy();
const SLOT = '2026-01-15T06:00:00.000Z';
let house: House;

beforeEach(async () => {
  house = await makeHouse(policy, '2026-01-15T05:55:00Z');
  // A day's volume beside which one break is small (R30).
  await addPayment(house.finance.pool, { id: 'large', kind: 'deposit', state: 'completed', amount: '50000' });
});
afterEach(() => house.drop());

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await house.ours.pool.query(sql, values)).rows;
}
const open = async () =>
  (await rows(`select rule, subject_id from findings where state = 'open' order by rule, subject_id`)).map(
    (row) => `${String(row['rule'])} ${String(row['subject_id'])}`,
  );

async function drift(account: string, wallet = '10.01'): Promise<void> {
  await addEntry(house.finance.pool, { account, available: '10' });
  await addWallet(house.finance.pool, { account, available: wallet });
}

test('a run is complete, signed, audited, and asks for a digest', async () => {
  await addPayment(house.finance.pool, { id: 'never' });
  const id = await house.reconcile(SLOT);
  expect(house.digests).toEqual([id]);
  const digest = await loadDigest(house.ours.pool, id as RunId, policy);
  expect(digest).toMatchObject({
    run: { state: 'complete', label: '2026-01-15', trigger: 'schedule', windowFrom: null, error: null },
    totals: { volumeDay: '2026-01-14', appearances: { new: 1 }, classes: { HIGH: { count: 1 } } },
    more: 0,
  });
  expect(digest?.worst.map((line) => line.rule)).toEqual(['R04']);
  const actions = (await rows('select action from audit_log order by seq')).map((row) => row['action']);
  expect(actions).toEqual(['run.started', 'finding.opened', 'reconciliation.started', 'run.completed']);
  const head = digest?.auditHead ?? '';
  expect((await verifyAudit(house.ours.pool, { head })).state).not.toBe('broken');
});

test('the next window begins where this one ended', async () => {
  await house.reconcile(SLOT);
  house.clock.set('2026-01-16T05:55:00Z');
  const id = await house.reconcile('2026-01-16T06:00:00.000Z');
  const digest = await loadDigest(house.ours.pool, id as RunId, policy);
  expect(digest?.run.windowFrom?.toISOString()).toBe('2026-01-15T05:55:00.000Z');
  expect(digest?.run.windowTo.toISOString()).toBe('2026-01-16T05:55:00.000Z');
});

test('many small breaks are one large one', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await addPayment(house.finance.pool, { id });
  await drift('e', '20.01');
  await house.reconcile(SLOT);
  expect(await open()).not.toContain('R30 breaks');
  await drift('f', '20.00');
  house.clock.advance(3_600_000);
  await house.finance.pool.query('update finance.wallets set updated_at = $1', [house.clock.now()]);
  const id = await house.reconcile('2026-01-15T07:00:00.000Z');
  expect(await open()).toContain('R30 breaks');
  const evidence = await rows(`select evidence from findings where rule = 'R30'`);
  expect(evidence).toMatchObject([
    {
      evidence: {
        args: { open: { money: { minor: '6001' } }, volume: { money: { minor: '5004000' } }, share: 0.11 },
      },
    },
  ]);
  const digest = await loadDigest(house.ours.pool, id as RunId, policy);
  expect(digest?.totals?.classes.HIGH.count).toBe(7);
});

test('every step may be repeated', async () => {
  await drift('off');
  const reconcile = makeReconcileTask(house.deps);
  for (let time = 0; time < 3; time += 1) await house.step(reconcile, { slotAt: SLOT });
  const [run] = await rows('select id, state from runs');
  expect(run).toMatchObject({ state: 'confirming' });
  expect(await open()).toEqual([]);
  const confirm = makeConfirmDriftsTask(house.deps);
  for (let time = 0; time < 3; time += 1) await house.step(confirm, { runId: String(run?.['id']) });
  await house.step(reconcile, { slotAt: SLOT });
  expect(await rows('select count(*)::int as runs from runs')).toEqual([{ runs: 1 }]);
  expect(await open()).toEqual(['R01 off']);
  expect(house.digests).toHaveLength(1);
});

test('two runners at once store and complete it once', async () => {
  await drift('off');
  await addPayment(house.finance.pool, { id: 'never' });
  const reconcile = makeReconcileTask(house.deps);
  await Promise.all([1, 2, 3].map(() => house.step(reconcile, { slotAt: SLOT })));
  const [run] = await rows('select id from runs');
  const confirm = makeConfirmDriftsTask(house.deps);
  await Promise.all([1, 2, 3].map(() => house.step(confirm, { runId: String(run?.['id']) })));
  expect(house.digests).toEqual([run?.['id']]);
  const history = await rows('select change, rule from finding_history order by rule');
  expect(history).toEqual([
    { change: 'opened', rule: 'R01' },
    { change: 'opened', rule: 'R04' },
  ]);
});

test('what a dead runner left half done is done again', async () => {
  await drift('off');
  await addPayment(house.finance.pool, { id: 'never' });
  const killed = async (): Promise<never> => {
    throw new AppError('database_unavailable', 'killed here', { retryable: true });
  };
  const dying = { ...house.deps, signHead: killed };
  await house.step(makeReconcileTask(house.deps), { slotAt: SLOT });
  const [run] = await rows('select id from runs');
  const runId = String(run?.['id']);
  await expect(house.step(makeConfirmDriftsTask(dying), { runId })).rejects.toThrow('killed here');
  // Nothing of the broken transaction is left.
  expect(await open()).toEqual(['R04 never']);
  expect(await rows('select state, audit_head from runs')).toEqual([
    { state: 'confirming', audit_head: null },
  ]);
  await house.step(makeConfirmDriftsTask(house.deps), { runId });
  expect(await open()).toEqual(['R01 off', 'R04 never']);
});

test('drift that heals before the second look is dropped', async () => {
  await drift('heals');
  await drift('stays');
  await house.step(makeReconcileTask(house.deps), { slotAt: SLOT });
  const tasks = await rows(`select due_at from tasks where kind = 'confirm-drifts'`);
  expect(tasks).toEqual([{ due_at: new Date('2026-01-15T05:57:00Z') }]);
  await house.finance.pool.query(`update finance.wallets set available = 10 where account_id = 'heals'`);
  const [run] = await rows('select id from runs');
  await house.step(makeConfirmDriftsTask(house.deps), { runId: String(run?.['id']) });
  expect(await open()).toEqual(['R01 stays']);
  const digest = await loadDigest(house.ours.pool, run?.['id'] as RunId, policy);
  expect(digest?.totals?.accounts).toMatchObject({ scanned: 2, clean: 1, drifted: 1 });
});

test('a drift whose account becomes unknown is not resolved', async () => {
  await drift('off');
  await house.reconcile(SLOT);
  await addEntry(house.finance.pool, { account: 'off', available: null, at: '2026-01-15T05:58:00Z' });
  const id = await house.reconcile('2026-01-15T07:00:00.000Z');
  expect((await open())[0]).toBe('R01 off');
  const digest = await loadDigest(house.ours.pool, id as RunId, policy);
  expect(digest?.totals?.appearances).toEqual({ new: 1, carried: 1, reopened: 0, resolved: 0 });
});

test('unknown at the second look is not resolved either', async () => {
  await drift('off');
  await house.reconcile(SLOT);
  const slotAt = '2026-01-15T07:00:00.000Z';
  await house.step(makeReconcileTask(house.deps), { slotAt });
  await addEntry(house.finance.pool, { account: 'off', available: null, at: '2026-01-15T05:58:00Z' });
  const [run] = await rows('select id from runs where slot_at = $1', [slotAt]);
  await house.step(makeConfirmDriftsTask(house.deps), { runId: String(run?.['id']) });
  expect(await open()).toEqual(['R01 off']);
  const digest = await loadDigest(house.ours.pool, run?.['id'] as RunId, policy);
  expect(digest?.totals?.accounts).toMatchObject({ scanned: 1, drifted: 0, unknown: 1 });
});

test('a run fails for good: nothing resolved, R26, a digest', async () => {
  await addPayment(house.finance.pool, { id: 'never' });
  await house.reconcile(SLOT);
  house.clock.set('2026-01-16T05:55:00Z');
  const gone = makeFinancePool('postgresql://nobody@127.0.0.1:1/none', { schema: 'finance', log });
  const broken = makeReconcileTask({ ...house.deps, finance: gone });
  const slotAt = '2026-01-16T06:00:00.000Z';
  await expect(house.step(broken, { slotAt })).rejects.toThrow(AppError);
  expect(house.digests).toHaveLength(1);
  await expect(house.step(broken, { slotAt }, broken.maxFaults - 1)).rejects.toThrow(AppError);
  await gone.end();
  expect(await open()).toEqual(['R04 never', 'R26 daily']);
  expect(house.troubles).toMatchObject([{ state: 'failed', label: '2026-01-16' }]);
  const id = house.digests[1] as RunId;
  const digest = await loadDigest(house.ours.pool, id, policy);
  expect(digest).toMatchObject({
    run: { state: 'failed', error: 'finance_unavailable' },
    totals: null,
    worst: [],
  });
  house.clock.set('2026-01-16T07:55:00Z');
  await house.reconcile('2026-01-16T08:00:00.000Z');
  expect(await open()).toEqual(['R04 never']);
});

test('a run whose processes all died is failed with its task', async () => {
  await drift('off');
  await house.step(makeReconcileTask(house.deps), { slotAt: SLOT });
  const payload = { slotAt: SLOT };
  const failure = { kind: 'reconcile', payload, code: 'internal', at: house.clock.now() } as const;
  for (let time = 0; time < 2; time += 1)
    await withTransaction(house.ours.pool, (tx) => failRunOfTask(tx, house.deps, failure));
  expect(await rows('select state from runs')).toEqual([{ state: 'failed' }]);
  expect(house.digests).toHaveLength(1);
  expect(await open()).toEqual(['R26 daily']);
});

test('what only a failed run saw is news to the next', async () => {
  await addPayment(house.finance.pool, { id: 'never' });
  await house.step(makeReconcileTask(house.deps), { slotAt: SLOT });
  const failure = { kind: 'reconcile', payload: { slotAt: SLOT }, code: 'internal' } as const;
  await withTransaction(house.ours.pool, (tx) =>
    failRunOfTask(tx, house.deps, { ...failure, at: house.clock.now() }),
  );
  const appearances = async (slot: string) => {
    house.clock.advance(3_600_000);
    const digest = await loadDigest(house.ours.pool, (await house.reconcile(slot)) as RunId, policy);
    return digest?.totals?.appearances;
  };
  const next = await appearances('2026-01-15T07:00:00.000Z');
  expect(next).toEqual({ new: 1, carried: 0, reopened: 0, resolved: 1 });
  expect(await appearances('2026-01-15T08:00:00.000Z')).toMatchObject({ new: 0, carried: 1 });
});

test('a task of another version is given up all the same', async () => {
  const failure = {
    kind: 'reconcile',
    payload: { runId: 3 },
    code: 'internal' as const,
    at: house.clock.now(),
  };
  await withTransaction(house.ours.pool, (tx) => failRunOfTask(tx, house.deps, failure));
  expect(house.digests).toEqual([]);
});

test('a stop in the middle fails no run', async () => {
  const gone = makeFinancePool('postgresql://nobody@127.0.0.1:1/none', { schema: 'finance', log });
  const broken = makeReconcileTask({ ...house.deps, finance: gone });
  const stopping = house.step(broken, { slotAt: SLOT }, broken.maxFaults - 1, AbortSignal.abort());
  await expect(stopping).rejects.toThrow(AppError);
  await gone.end();
  expect(await rows('select state from runs')).toEqual([{ state: 'scanning' }]);
});

test('a partial run resolves nothing and says so', async () => {
  await addPayment(house.finance.pool, { id: 'never' });
  await house.reconcile(SLOT);
  await addEntry(house.finance.pool, { payment: 'never', held: '-10' });
  await house.finance.pool.query('alter table finance.webhook_events rename column outcome to verdict');
  house.clock.set('2026-01-16T05:55:00Z');
  const id = await house.reconcile('2026-01-16T06:00:00.000Z');
  expect(await open()).toContain('R04 never');
  expect(await open()).toContain('R26 daily');
  expect(house.troubles).toMatchObject([{ state: 'partial' }]);
  const digest = await loadDigest(house.ours.pool, id as RunId, policy);
  expect(digest?.run.state).toBe('partial');
  expect(digest?.rulesNotRun).toContainEqual({ rule: 'R24', reason: 'rule_failed' });
});

test('counts that do not add up fail the run', async () => {
  await house.finance.pool.query('alter table finance.wallets drop constraint wallets_pkey');
  await addWallet(house.finance.pool, { account: 'double' });
  await addWallet(house.finance.pool, { account: 'double' });
  await expect(house.step(makeReconcileTask(house.deps), { slotAt: SLOT })).rejects.toThrow(
    /1 accounts scanned/,
  );
  expect(await rows('select state from runs')).toEqual([{ state: 'failed' }]);
});

test('what a person resolved returns when it is still there', async () => {
  await addPayment(house.finance.pool, { id: 'never' });
  await house.reconcile(SLOT);
  await house.ours.pool.query(`update findings set state = 'resolved', resolved_at = $1`, [
    house.clock.now(),
  ]);
  house.clock.set('2026-01-16T05:55:00Z');
  await house.reconcile('2026-01-16T06:00:00.000Z');
  expect(await open()).toContain('R04 never');
});

test('start_at is kept by the first run', async () => {
  const fresh = testPolicy((text) => text.replace(/ {2}start_at: .*\n/, ''));
  const deps = { ...house.deps, policy: fresh };
  await addPayment(house.finance.pool, { id: 'old', at: '2026-01-13T20:59:59Z' });
  await addPayment(house.finance.pool, { id: 'new', at: '2026-01-13T21:00:00Z' });
  await house.step(makeReconcileTask(deps), { slotAt: SLOT });
  const [run] = await rows('select id from runs');
  await house.step(makeConfirmDriftsTask(deps), { runId: String(run?.['id']) });
  expect(await rows(`select value from settings`)).toEqual([{ value: { at: '2026-01-13T21:00:00.000Z' } }]);
  const digest = await loadDigest(house.ours.pool, run?.['id'] as RunId, fresh);
  expect(digest?.totals).toMatchObject({ opening: { count: 1 }, classes: { HIGH: { count: 1 } } });
  expect(digest?.worst.map((line) => line.subject.id)).toEqual(['new']);
  const opening = await loadOpening(house.ours.pool, fresh);
  expect(opening?.worst.map((line) => line.subject.id)).toEqual(['old']);
  expect(house.openings).toEqual([1]);
});

test('partial runs do not move start_at', async () => {
  const deps = { ...house.deps, policy: testPolicy((text) => text.replace(/ {2}start_at: .*\n/, '')) };
  await house.finance.pool.query('alter table finance.webhook_events rename column outcome to verdict');
  await house.step(makeReconcileTask(deps), { slotAt: SLOT });
  const kept = [{ value: { at: '2026-01-13T21:00:00.000Z' } }];
  expect(await rows('select value from settings')).toEqual(kept);
  await addPayment(house.finance.pool, { id: 'first-day', at: '2026-01-15T12:00:00Z' });
  house.clock.set('2026-01-17T05:55:00Z');
  await house.step(makeReconcileTask(deps), { slotAt: '2026-01-17T06:00:00.000Z' });
  expect(await rows(`select opening from findings where subject_id = 'first-day'`)).toEqual([
    { opening: false },
  ]);
  expect(await rows('select value from settings')).toEqual(kept);
});

test('a manual run is a run of its own', async () => {
  const now = house.clock.now();
  const id = await withTransaction(house.ours.pool, (tx) => requestRun(tx, now, policy, 'cli:ops'));
  expect(await rows('select kind, payload from tasks')).toEqual([
    { kind: 'reconcile', payload: { runId: id } },
  ]);
  await house.step(makeReconcileTask(house.deps), { runId: id });
  await house.step(makeConfirmDriftsTask(house.deps), { runId: id });
  const digest = await loadDigest(house.ours.pool, id, policy);
  expect(digest?.run).toMatchObject({ trigger: 'manual', state: 'complete', label: '2026-01-15' });
});

test('an hourly look raises and clears the blind spot', async () => {
  await house.reconcile(SLOT);
  await checkRuns(house.deps, new Date('2026-01-16T07:00:00Z'));
  expect(await open()).toEqual([]);
  await checkRuns(house.deps, new Date('2026-01-16T08:07:00Z'));
  await checkRuns(house.deps, new Date('2026-01-16T09:07:00Z'));
  expect(await open()).toEqual(['R26 daily']);
  await house.ours.pool.query(`update runs set window_to = '2026-01-16T09:00:00Z'`);
  await checkRuns(house.deps, new Date('2026-01-16T10:07:00Z'));
  expect(await open()).toEqual([]);
});

test('the schedule starts early, by policy', () => {
  const slotAt = new Date(SLOT);
  const daily = makeDailySchedule(policy);
  expect(daily).toMatchObject({
    cron: '0 9 * * *',
    zone: 'Europe/Istanbul',
    leadMs: 300_000,
    catchUp: 'last',
  });
  expect(daily.task({ schedule: daily.name, slotAt }).payload).toEqual({ slotAt: SLOT });
});
