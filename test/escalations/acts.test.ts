import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acknowledge } from '../../src/escalations/acknowledge.ts';
import { handOver } from '../../src/escalations/hand-over.ts';
import { loadStep } from '../../src/escalations/load-escalation.ts';
import { renewAcknowledgement } from '../../src/escalations/renew.ts';
import { resolveEscalation } from '../../src/escalations/resolve-escalation.ts';
import { startForFinding } from '../../src/escalations/start-for-finding.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { idOf, openGround, person, policy, type Ground, type Row } from './ground.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

let escalation: Row;
let findingId: string;
/** One HIGH finding whose escalation has told its first level. */
beforeEach(async () => {
  await ground.ours.pool.query(`update findings set state = 'resolved'`);
  await ground.change();
  ground.pages.length = 0;
  findingId = await ground.find();
  await ground.change();
  escalation = (await ground.escalations()).find(({ subject_id: id }) => id === findingId)!;
  await ground.climb(escalation.id);
});

const now = () => ground.clock.now();
const minutes = (count: number) => ground.clock.advance(count * 60_000);
const rowNow = async () => (await ground.escalations()).find(({ id }) => id === escalation.id)!;
const ack = (name: string) => acknowledge(ground.deps, now(), { id: escalation.id, person: person(name) });

describe('acknowledging', () => {
  test('stops the climb until it lapses', async () => {
    expect(await ack('OPS1')).toMatchObject({ ok: true });
    expect(await rowNow()).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: idOf('OPS1'),
      owner: idOf('OPS1'),
    });
    minutes(59);
    const lapses = await ground.climb(escalation.id);
    expect(await ground.steps(escalation.id)).toHaveLength(1);
    ground.clock.set(lapses!);
    await ground.climb(escalation.id);
    expect((await ground.steps(escalation.id)).map(({ round, level, why }) => [round, level, why])).toEqual([
      [1, 1, 'started'],
      [2, 1, 'lapsed'],
    ]);
    expect(await rowNow()).toMatchObject({ state: 'open', round: 2, level: 1 });
    expect(await ground.actions(escalation.id)).toEqual([
      'escalation.started',
      'escalation.told',
      'escalation.acknowledged',
      'escalation.lapsed',
      'escalation.told',
    ]);
  });

  test('by two in the same moment is one', async () => {
    const outcomes = await Promise.all([ack('OPS1'), ack('OPS2'), ack('LEAD1')]);
    const winner = (await rowNow()).acknowledged_by;
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    for (const outcome of outcomes) {
      if (!outcome.ok) expect(outcome.refusal).toMatchObject({ why: 'acknowledged', by: winner });
    }
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'acknowledge']);
  });

  test('keeps a level that was not posted yet from being told', async () => {
    minutes(15);
    await ground.climb(escalation.id);
    const step = `${escalation.id}:1:2`;
    expect(await loadStep(ground.ours.pool, step, policy)).not.toBeNull();
    await ack('OPS1');
    expect(await loadStep(ground.ours.pool, step, policy)).toBeNull();
  });

  test('at the moment a level falls due is one or the other', async () => {
    minutes(15);
    await Promise.all([ack('OPS1'), ground.climb(escalation.id)]);
    const steps = await ground.steps(escalation.id);
    const { state } = await rowNow();
    expect(state).toBe('acknowledged');
    expect(steps.length).toBeLessThanOrEqual(2);
    minutes(20);
    await ground.climb(escalation.id);
    expect(await ground.steps(escalation.id)).toHaveLength(steps.length);
  });

  test.each(['', 'nonsense', '00000000-0000-4000-8000-000000000000'])(
    'a forged id finds nothing: %j',
    async (id) => {
      expect(await acknowledge(ground.deps, now(), { id, person: person('OPS1') })).toEqual({
        ok: false,
        refusal: { why: 'not_found' },
      });
    },
  );

  test('lasts longer when something is done', async () => {
    await ack('OPS1');
    minutes(50);
    const { cause_key: causeKey } = escalation;
    await withTransaction(ground.ours.pool, (tx) => renewAcknowledgement(tx, ground.deps, now(), causeKey));
    minutes(50);
    await ground.climb(escalation.id);
    expect(await rowNow()).toMatchObject({ state: 'acknowledged' });
    minutes(10);
    await ground.climb(escalation.id);
    expect(await rowNow()).toMatchObject({ state: 'open', round: 2 });
  });
});

describe('handing over', () => {
  const give = (to: string, requestId: string = to) =>
    handOver(ground.deps, now(), {
      id: escalation.id,
      person: person('OPS1'),
      to: idOf(to),
      note: 'Bank holiday',
      requestId: `${escalation.id}:${requestId}`,
    });

  test('answers, tells them in the thread, and counts as activity', async () => {
    await ack('OPS2');
    minutes(50);
    expect(await give('LEAD1')).toEqual({ ok: true });
    expect(await rowNow()).toMatchObject({ owner: idOf('LEAD1'), acknowledged_by: idOf('OPS2') });
    minutes(20);
    await ground.climb(escalation.id);
    expect(await rowNow()).toMatchObject({ state: 'acknowledged' });
    expect(await ground.cards('escalation_handover')).toHaveLength(1);
  });

  test('by whom nobody had answered acknowledges', async () => {
    await give('LEAD1');
    expect(await rowNow()).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: idOf('OPS1'),
      owner: idOf('LEAD1'),
    });
    expect((await ground.actions(escalation.id)).slice(-2)).toEqual([
      'escalation.acknowledged',
      'escalation.handed_over',
    ]);
  });

  test('is one when it arrives twice', async () => {
    const before = (await ground.cards('escalation_handover')).length;
    await Promise.all([give('LEAD2', 'same'), give('LEAD2', 'same')]);
    expect(await ground.cards('escalation_handover')).toHaveLength(before + 1);
  });

  test('to somebody without a role is refused', async () => {
    expect(await give('GUEST1')).toEqual({
      ok: false,
      refusal: { why: 'holds_no_role', user: idOf('GUEST1') },
    });
    expect(await rowNow()).toMatchObject({ state: 'open', owner: null });
  });

  test('keeps the note beside the chain', async () => {
    await give('LEAD1');
    const { rows } = await ground.ours.pool.query<{ data: string; body: string }>(
      `select a.data, p.body from audit_log a join audit_personal p using (seq)
        where a.subject_id = $1 and a.action = 'escalation.handed_over'`,
      [escalation.id],
    );
    expect(rows[0]?.body).toBe('Bank holiday');
    expect(rows[0]?.data).not.toContain('Bank');
  });
});

describe('resolving', () => {
  const resolve = () =>
    resolveEscalation(ground.deps, now(), {
      id: escalation.id,
      person: person('OPS1'),
      rootCause: 'Worker ran twice',
      remediation: 'Take the lock first',
    });

  test('waits for a run, which ends it by itself', async () => {
    expect(await resolve()).toEqual({ ok: true, as: 'awaits_run' });
    expect(await rowNow()).toMatchObject({ state: 'acknowledged', awaits_run: true });
    await ground.change(`update findings set state = 'resolved', resolved_at = $2 where id = $1`, [
      findingId,
      now(),
    ]);
    expect(await rowNow()).toMatchObject({
      state: 'resolved',
      resolved_how: 'confirmed',
      awaits_run: false,
      root_cause: 'Worker ran twice',
    });
    const { rows } = await ground.ours.pool.query(
      'select state, root_cause from incidents where escalation_id = $1',
      [escalation.id],
    );
    expect(rows).toEqual([{ state: 'resolved', root_cause: 'Worker ran twice' }]);
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'acknowledge', 'resolve']);
  });

  test('that no run confirms lapses as any answer does', async () => {
    await resolve();
    minutes(60);
    await ground.climb(escalation.id);
    expect(await rowNow()).toMatchObject({ state: 'open', round: 2, awaits_run: false });
  });

  test('adds the root cause to what a run had ended, once', async () => {
    await ground.change(`update findings set state = 'resolved' where id = $1`, [findingId]);
    expect(await rowNow()).toMatchObject({ state: 'resolved', root_cause: null });
    expect(await resolve()).toEqual({ ok: true, as: 'kept' });
    expect(await resolve()).toEqual({ ok: false, refusal: { why: 'root_cause_known', by: idOf('OPS1') } });
    expect(await ack('OPS2')).toMatchObject({ ok: false, refusal: { why: 'over' } });
  });
});

describe('a person', () => {
  test('starts one for what no rule escalates, until it is closed', async () => {
    const id = await ground.find({ rule: 'R24', class: 'MED' });
    await ground.change();
    const outcome = await startForFinding(ground.deps, now(), { findingId: id, person: person('OPS1') });
    expect(outcome).toMatchObject({ ok: true });
    const own = async () => (await ground.escalations()).find(({ subject_id: about }) => about === id)!;
    expect(await own()).toMatchObject({ severity: 'sev3', state: 'open' });
    await ground.change();
    expect(await own()).toMatchObject({ state: 'open' });
    await ground.change(`update findings set state = 'resolved' where id = $1`, [id]);
    expect(await own()).toMatchObject({ state: 'resolved' });
  });

  test('is told that it climbs already', async () => {
    const again = await startForFinding(ground.deps, now(), { findingId, person: person('OPS1') });
    expect(again).toMatchObject({ ok: false, refusal: { why: 'climbs' } });
  });

  test('and a second one in the same moment start one', async () => {
    const id = await ground.find({ rule: 'R24', class: 'MED' });
    const outcomes = await Promise.all(
      ['OPS1', 'OPS2'].map((name) =>
        startForFinding(ground.deps, now(), { findingId: id, person: person(name) }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });
});
