import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { applyObservations } from '../../src/findings/apply-observations.ts';
import { resolveUnseen } from '../../src/findings/resolve-unseen.ts';
import type { Observation } from '../../src/findings/types.ts';
import { newId, type RunId } from '../../src/ids.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { observation } from './observation.ts';

let ours: TestDatabase;
let hour = 0;
beforeAll(async () => {
  ours = await createOurDatabase();
});
beforeEach(async () => {
  await ours.pool.query('delete from run_findings');
  await ours.pool.query('delete from finding_history');
  await ours.pool.query('delete from findings');
});
afterAll(() => ours.drop());

interface RunOptions {
  looked?: string[];
  startAt?: Date;
  observedAt?: Date;
}

/** One run as the reconciliation does it: apply, then resolve; gives what it appended to the audit log. */
async function run(seen: Observation[], options: RunOptions = {}): Promise<string[]> {
  hour += 1;
  const observedAt = options.observedAt ?? new Date(Date.UTC(2026, 0, 15, hour));
  const runId = newId<RunId>();
  await ours.pool.query(
    `insert into runs (id, kind, trigger, label, state, window_to, policy_hash, rules, created_at)
     values ($1, 'daily', 'manual', '2026-01-15', 'complete', $2, '', '{}', $2)`,
    [runId, observedAt],
  );
  const look = { runId, observedAt, now: observedAt, actor: 'job:test', startAt: options.startAt ?? null };
  const entries = await withTransaction(ours.pool, async (tx) => [
    ...(await applyObservations(tx, look, seen)),
    ...(await resolveUnseen(tx, look, new Set(options.looked ?? ['R04', 'R19', 'R20', 'R23']))),
  ]);
  lastRun = runId;
  return entries.map((entry) => entry.action);
}
let lastRun: RunId;

async function findings() {
  const { rows } = await ours.pool.query(
    `select f.*, (select string_agg(h.change || ' ' || h.rule, ', ' order by h.seq) from finding_history h
                   where h.finding_id = f.id) as history,
            (select r.appearance from run_findings r where r.run_id = $1 and r.finding_id = f.id) as appearance
       from findings f order by f.subject_id`,
    [lastRun],
  );
  return rows;
}

test('opened, carried, resolved, reopened: one finding', async () => {
  expect(await run([observation()])).toEqual(['finding.opened']);
  const [first] = await findings();
  expect(first).toMatchObject({ state: 'open', appearance: 'new' });
  expect(await run([observation()])).toEqual([]);
  expect(await findings()).toMatchObject([{ appearance: 'carried', first_seen_at: first.first_seen_at }]);
  expect(await run([])).toEqual(['finding.resolved']);
  expect(await findings()).toMatchObject([{ state: 'resolved', appearance: 'resolved' }]);
  expect(await run([])).toEqual([]);
  expect(await run([observation()])).toEqual(['finding.reopened']);
  const [last] = await findings();
  expect(last).toMatchObject({ id: first.id, state: 'open', appearance: 'reopened', resolved_at: null });
  expect(last.first_seen_at).toEqual(first.first_seen_at);
  expect(last.history).toBe('opened R04, resolved R04, reopened R04');
});

test('a payout moves between rules with id, owner, history', async () => {
  await run([observation({ family: 'payout', rule: 'R19', provider: 'kuzey' })]);
  await ours.pool.query(`update findings set owner = 'U1'`);
  const moved = observation({ family: 'payout', rule: 'R20', risk: 'HIGH', provider: 'atlas' });
  expect(await run([moved])).toEqual(['finding.changed']);
  await run([observation({ family: 'payout', rule: 'R23', risk: 'LOW', action: 'retry' })]);
  expect(await findings()).toMatchObject([
    { rule: 'R23', class: 'LOW', owner: 'U1', history: 'opened R19, changed R20, changed R23' },
  ]);
});

test('a rule that was not looked at carries its findings', async () => {
  await run([observation(), observation({ rule: 'R24', id: 't2' })]);
  expect(await run([], { looked: ['R04'] })).toEqual(['finding.resolved']);
  expect(await findings()).toMatchObject([
    { state: 'resolved', appearance: 'resolved' },
    { state: 'open', appearance: 'carried' },
  ]);
});

test('a run that looked at nothing resolves nothing', async () => {
  await run([observation()]);
  expect(await run([], { looked: [] })).toEqual([]);
  expect(await findings()).toMatchObject([{ state: 'open', appearance: 'carried' }]);
});

async function accept(until: string): Promise<void> {
  await ours.pool.query(`update findings set state = 'accepted', accepted_until = $1`, [until]);
}

test.each<[string, Partial<Parameters<typeof observation>[0]>, string, string]>([
  ['the same', {}, '2026-02-01', 'accepted'],
  ['smaller', { minor: 999n }, '2026-02-01', 'accepted'],
  ['lower', { risk: 'LOW' }, '2026-02-01', 'accepted'],
  ['larger', { minor: 1_001n }, '2026-02-01', 'open'],
  ['higher', { risk: 'HIGH' }, '2026-02-01', 'open'],
  ['past its date', {}, '2026-01-14', 'open'],
])('accepted, and now %s', async (_title, change, until, state) => {
  await run([observation()]);
  await accept(until);
  await run([observation(change)]);
  const appearance = state === 'open' ? 'reopened' : null;
  expect(await findings()).toMatchObject([{ state, appearance }]);
});

test('an accepted finding that is gone is resolved', async () => {
  await run([observation()]);
  await accept('2026-02-01');
  expect(await run([])).toEqual(['finding.resolved']);
});

test('what an older look saw changes nothing newer', async () => {
  const observedAt = new Date(Date.UTC(2026, 0, 15, hour + 1, 30));
  await run([observation({ risk: 'HIGH' })], { observedAt: new Date(observedAt.getTime() + 60_000) });
  await run([observation({ risk: 'LOW' })], { observedAt });
  await run([], { observedAt });
  expect(await findings()).toMatchObject([{ state: 'open', class: 'HIGH', history: 'opened R04' }]);
});

test('older than start_at is opening, and stays so', async () => {
  const startAt = new Date('2026-01-14T10:00:00.001Z');
  await run([observation({ id: 'a' }), observation({ id: 'b', occurredAt: startAt })], { startAt });
  await run([observation({ id: 'a', risk: 'HIGH' })], { startAt: new Date(0) });
  expect(await findings()).toMatchObject([{ opening: true }, { opening: false, state: 'resolved' }]);
});

test.each<[string, Parameters<typeof observation>[0], boolean]>([
  ['the same, touched since', {}, true],
  ['smaller', { minor: 999n }, true],
  ['grown', { minor: 1_001n }, false],
  ['told by another rule', { rule: 'R20' }, false],
  ['grown, but of before', { minor: 1_001n, occurredAt: new Date('2026-01-13T00:00:00Z') }, true],
])('an opening payout that is %s', async (_title, change, opening) => {
  const startAt = new Date('2026-01-14T12:00:00Z');
  const base = { family: 'payout', rule: 'R23' } as const;
  await run([observation(base)], { startAt });
  await run([observation({ ...base, occurredAt: startAt, ...change })], { startAt });
  expect(await findings()).toMatchObject([{ opening, appearance: 'carried' }]);
});

test('a break that returns after the start is news', async () => {
  const startAt = new Date('2026-01-14T12:00:00Z');
  await run([observation({ id: 'a' }), observation({ id: 'b' })], { startAt });
  await run([], { startAt });
  await run([observation({ id: 'a', occurredAt: startAt }), observation({ id: 'b' })], { startAt });
  expect(await findings()).toMatchObject([
    { opening: false, appearance: 'reopened' },
    { opening: true, appearance: 'reopened' },
  ]);
});

test('what was resolved after the look stays resolved', async () => {
  await run([observation()]);
  const observedAt = new Date(Date.UTC(2026, 0, 15, hour + 1, 30));
  const resolve = `update findings set state = 'resolved', resolved_at = $1`;
  await ours.pool.query(resolve, [new Date(observedAt.getTime() + 1)]);
  expect(await run([observation()], { observedAt })).toEqual([]);
  expect(await findings()).toMatchObject([{ state: 'resolved', appearance: null }]);
  await ours.pool.query(resolve, [observedAt]);
  expect(await run([observation()], { observedAt })).toEqual(['finding.reopened']);
});

test('two observations of one key are the worse one', async () => {
  await run([observation({ risk: 'LOW' }), observation({ risk: 'HIGH' }), observation({ minor: 9_999n })]);
  expect(await findings()).toMatchObject([{ class: 'HIGH', amount_minor: '1000' }]);
});

test('10,000 findings are stored in a few statements', { timeout: 60_000 }, async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => observation({ id: `t${index}` }));
  const began = performance.now();
  await run(many);
  // About a second on an idle machine; one statement a finding would take a minute.
  expect(performance.now() - began).toBeLessThan(15_000);
  await run([]);
  const { rows } = await ours.pool.query(`select state, count(*)::int as count from findings group by state`);
  expect(rows).toEqual([{ state: 'resolved', count: 10_000 }]);
});
