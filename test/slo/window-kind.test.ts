import { beforeEach, describe, expect, test } from 'vitest';
import { renderOpenOverrides } from '../../blocks/overrides-answers.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { listOpenOverrides } from '../../src/overrides/open-overrides.ts';
import type { Override, SloWindowFacts } from '../../src/overrides/types.ts';
import { loadStandings } from '../../src/slo/load-standing.ts';
import type { LeftOut } from '../../src/slo/types.ts';
import { makeTexts } from '../../src/texts.ts';
import { HOUR_AT, LEAVE_OUT, PUT_BACK, useWindowGround } from './window-ground.ts';

const ground = useWindowGround();
/** Of the hour: 45 minutes of a thousand requests, 60 of which were bad. */
const WITHIN = { good: 45 * 940, valid: 45 * 1_000, minutes: 45 };
const ALL = { good: 45 * 940 + 15 * 1_000, valid: 60_000, minutes: 60 };
const REST = { good: 15_000, valid: 15_000, minutes: 15 };
let window: LeftOut;

beforeEach(async () => {
  window = await ground.writeOne();
});

const approve = async (override: Override, ...voters: string[]): Promise<void> => {
  for (const voter of voters) expect(await ground.approve(override, voter)).toMatchObject({ ok: true });
};

async function factsOf(override: Override): Promise<SloWindowFacts> {
  const { facts } = (await ground.versions(override)).at(-1)!;
  if (facts.kind !== 'slo_window') throw new Error(facts.kind);
  return facts;
}

describe('leaving a stretch out', () => {
  test('says what would change, and changes nothing yet', async () => {
    const override = await ground.requested(window);
    const now = ground.clock.now();
    const [standing] = await loadStandings({ ...ground, pool: ground.ours.pool }, now, {});
    const facts = await factsOf(override);
    expect(facts).toMatchObject({ good: WITHIN.good, valid: WITHIN.valid, overlaps: null });
    expect(facts).toMatchObject({ valueNow: ALL.good / ALL.valid, valueAfter: 1, leftAfter: 1 });
    expect(facts.leftNow).toBeCloseTo(1 - 2_700 / 60_000 / 0.001, 6);
    expect([facts.valueNow, facts.leftNow]).toEqual([standing!.value, standing!.budgetLeft]);
    await ground.runOnce(override);
    expect(await ground.sums()).toEqual(ALL);
    expect(await ground.see(window)).toEqual(window);
  });

  test('takes a second person, and then exactly its minutes', async () => {
    const override = await ground.requested(window);
    expect((await ground.versions(override))[0]!.quorum).toMatchObject({ needed: 1, rules: ['slo_window'] });
    await approve(override, 'UMAN1');
    expect(await ground.sums()).toEqual(ALL);
    await ground.runOnce(override);
    expect(await ground.sums()).toEqual(REST);
    expect(await ground.see(window)).toEqual({
      ...window,
      state: 'left_out',
      overrideId: override.id,
      decidedAt: ground.clock.now(),
    });
    const read = await ground.read(override);
    expect(read).toMatchObject({ state: 'executed', stateAfter: { state: 'left_out', valueNow: 1 } });
    expect(read.stateBefore).toMatchObject({ state: 'asked', valueNow: ALL.good / ALL.valid });
    expect(await ground.actions(override)).toEqual(['requested', 'approved_by', 'approved', 'executed']);
    expect(await ground.audited(window.id)).toEqual([
      'slo_window.asked person:USRE1',
      'slo_window.left_out job:slo',
    ]);
    expect(ground.told).toEqual([`LO-${window.number} left_out`]);
  });

  test('is listed by its name while it waits', async () => {
    await ground.requested(window);
    const { lines } = await listOpenOverrides(ground.ours.pool);
    const { blocks } = renderOpenOverrides({ list: lines, count: 1 }, makeTexts('en'), 'Europe/Istanbul');
    expect(JSON.stringify(blocks)).toContain(`LO-${window.number}`);
    expect(JSON.stringify(blocks)).not.toContain(window.id);
  });

  test('leaves other promises as they are', async () => {
    await ground.ours.pool.query(
      `insert into slo_minutes (slo, basis, minute, good, valid) values ('payout', 'event', $1, 1, 2)`,
      [new Date(HOUR_AT.getTime() + 20 * 60_000)],
    );
    await ground.carriedOut(window, LEAVE_OUT, ['ULEAD1']);
    expect(await ground.sums('payout')).toEqual({ good: 1, valid: 2, minutes: 1 });
  });

  test('is put back exactly as it was', async () => {
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    const back = await ground.requested(window, PUT_BACK, 'ULEAD1');
    expect(await factsOf(back)).toMatchObject({ valueNow: 1, valueAfter: ALL.good / ALL.valid });
    await ground.runOnce(back);
    expect(await ground.sums()).toEqual(REST);
    await approve(back, 'UMAN2');
    await ground.runOnce(back);
    expect(await ground.sums()).toEqual(ALL);
    expect(await ground.see(window)).toMatchObject({
      state: 'put_back',
      backOverrideId: back.id,
      backAt: ground.clock.now(),
    });
    expect((await ground.audited(window.id)).at(-1)).toBe('slo_window.put_back job:slo');
    expect(ground.told).toEqual([`LO-${window.number} left_out`, `LO-${window.number} put_back`]);
  });

  test.each([
    ['its other cause', { target: 'leave_out', basis: 'bad_data' }, 'other_cause'],
    ['counting what counts', PUT_BACK, 'is_counted'],
  ])('offers nothing else: %s', async (_what, choice, reason) => {
    expect(await ground.request(window, choice)).toMatchObject({
      ok: false,
      refusal: { why: 'not_offered', reasons: [reason] },
    });
  });

  test('offers nothing once it was put back', async () => {
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(window, PUT_BACK, ['UMAN1']);
    for (const choice of [LEAVE_OUT, PUT_BACK])
      expect(await ground.request(window, choice)).toMatchObject({ refusal: { why: 'no_target' } });
  });

  test('says no share where nothing would be left', async () => {
    const whole = await ground.writeOne({ fromTime: '06:00', toTime: '09:00' });
    expect(await factsOf(await ground.requested(whole))).toMatchObject({ valueAfter: null, leftAfter: null });
  });
});

describe('who decides', () => {
  test('never whoever asked, whatever they hold', async () => {
    const own = await ground.writeOne({}, 'USRE2');
    const override = await ground.requested(own, LEAVE_OUT, 'USRE2');
    expect(await ground.approve(override, 'USRE2')).toMatchObject({ refusal: { why: 'requester' } });
    expect(await ground.votes(override)).toEqual([]);
  });

  test('never who wrote it down, though another asked', async () => {
    const theirs = await ground.writeOne({}, 'USRE2');
    const override = await ground.requested(theirs, LEAVE_OUT, 'USRE1');
    expect(await ground.approve(override, 'USRE2')).toMatchObject({ refusal: { why: 'beneficiary' } });
    await ground.runOnce(override);
    expect(await ground.sums()).toEqual(ALL);
    expect(await ground.approve(override, 'ULEAD2')).toMatchObject({ ok: true, reached: true });
  });

  test('no engineer, nobody of security, no operator', async () => {
    const override = await ground.requested(window, LEAVE_OUT, 'UMAN1');
    for (const user of ['USRE1', 'USEC1', 'UOPS1', 'UNOBODY'])
      expect(await ground.approve(override, user)).toMatchObject({ ok: false });
    expect(await ground.votes(override)).toEqual([]);
  });

  test('two after a rejection', async () => {
    const first = await ground.requested(window);
    expect(await ground.reject(first, 'UMAN1')).toMatchObject({ ok: true });
    await ground.runOnce(first);
    expect(await ground.sums()).toEqual(ALL);
    const again = await ground.requested(window);
    await approve(again, 'UMAN2');
    await ground.runOnce(again);
    expect(await ground.sums()).toEqual(ALL);
    await approve(again, 'ULEAD1');
    await ground.runOnce(again);
    expect(await ground.sums()).toEqual(REST);
  });

  test('two as well, when the same time is written anew', async () => {
    await ground.reject(await ground.requested(window), 'UMAN1');
    const quorumOf = async (changes: object) => {
      const override = await ground.requested(await ground.writeOne(changes));
      return (await ground.versions(override))[0]!.quorum.needed;
    };
    expect(await quorumOf({ fromTime: '07:20', toTime: '07:21' })).toBe(2);
    expect(await quorumOf({ fromTime: '07:55', toTime: '08:00' })).toBe(1);
    expect(await quorumOf({ slo: 'payout' })).toBe(1);
  });

  test('nobody in time: it counts on, and may be asked anew', async () => {
    const override = await ground.requested(window);
    ground.clock.set('2026-01-15T10:00:00Z');
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ refusal: { why: 'expired' } });
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'expired' });
    expect(await ground.sums()).toEqual(ALL);
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    expect(await ground.sums()).toEqual(REST);
  });

  test('taken back by whoever asked, it counts on', async () => {
    const override = await ground.requested(window);
    await ground.cancel(override, 'USRE1');
    await ground.runOnce(override);
    expect(await ground.sums()).toEqual(ALL);
    expect(await ground.request(window)).toMatchObject({ ok: true });
  });
});

describe('what changed since', () => {
  test.each([
    ['another end', `to_at = to_at + interval '1 day'`, 'state'],
    ['another cause', `cause = 'bad_data'`, 'state'],
    ['another promise', `slo = 'payout'`, 'state'],
    ['a promise that is gone', `slo = 'dropped'`, 'gone'],
  ])('makes it void: %s', async (_what, change, what) => {
    const override = await ground.requested(window);
    await approve(override, 'UMAN1');
    await ground.ours.pool.query(`update slo_windows set ${change} where id = $1`, [window.id]);
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
    expect((await ground.versions(override))[0]!.changes).toMatchObject([
      { what },
      ...(what === 'state' && change.startsWith('cause') ? [{ what: 'condition' }] : []),
    ]);
    expect(await ground.see(window)).toMatchObject({ state: 'asked' });
    expect(await ground.sums()).toEqual(ALL);
  });

  test('makes it void at the vote: another came first', async () => {
    const other = await ground.writeOne({ fromTime: '07:30', toTime: '08:30' });
    const override = await ground.requested(window);
    await ground.carriedOut(other, LEAVE_OUT, ['UMAN1']);
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({
      ok: false,
      refusal: { why: 'changed', changes: [{ what: 'condition', after: 'overlaps' }] },
    });
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
  });

  test('new figures alone change nothing of it', async () => {
    const override = await ground.requested(window);
    await ground.ours.pool.query(`update slo_minutes set good = 900 where good = 940`);
    await approve(override, 'UMAN1');
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'executed' });
    expect(await ground.sums()).toEqual(REST);
  });
});

describe('at once', () => {
  test('two approvals and two workers carry it out once', async () => {
    const override = await ground.requested(window);
    const both = await Promise.all([
      ground.approve(override, 'UMAN1'),
      ground.approve(override, 'UMAN1', { pool: ground.other }),
      ground.approve(override, 'ULEAD1', { pool: ground.other }),
    ]);
    expect(both.filter((outcome) => outcome.ok && outcome.reached)).toHaveLength(1);
    await Promise.all([ground.runOnce(override), ground.runOnce(override)]);
    expect(await ground.audited(window.id)).toHaveLength(2);
    expect((await ground.actions(override)).filter((action) => action === 'executed')).toHaveLength(1);
    expect(await ground.sums()).toEqual(REST);
  });

  test('of two that overlap one is left out', async () => {
    const other = await ground.writeOne({ fromTime: '07:54', toTime: '08:30' });
    const [first, second] = [await ground.requested(window), await ground.requested(other)];
    await approve(first, 'UMAN1');
    await approve(second, 'UMAN1');
    await Promise.all([ground.runOnce(first), ground.runOnce(second)]);
    // Whoever saw the other only under the lock looks again.
    await Promise.all([ground.runOnce(first), ground.runOnce(second)]);
    const states = [(await ground.read(first)).state, (await ground.read(second)).state];
    expect(states.toSorted()).toEqual(['executed', 'void']);
    const { rows } = await ground.ours.pool.query(`select from slo_windows where state = 'left_out'`);
    expect(rows).toHaveLength(1);
  });

  test('under the lock, what changed since waits', async () => {
    const override = await ground.requested(window);
    await approve(override, 'UMAN1');
    const kind = ground.deps().kinds.get('slo_window')!;
    const now = ground.clock.now();
    const about = { tenantId: '-', subjectId: window.id };
    const stateBefore = await kind.load(about, { now, ask: false, limitMs: 1_000 });
    const other = await ground.writeOne({ fromTime: '07:30', toTime: '08:30' });
    await ground.carriedOut(other, LEAVE_OUT, ['UMAN1']);
    const read = { ...(await ground.read(override)), stateBefore };
    const begun = await withTransaction(ground.ours.pool, (tx) => kind.execute(tx, now, read));
    expect(begun).toEqual({ as: 'wait', until: now });
    expect(await ground.see(window)).toEqual(window);
  });

  test('a worker that died before the commit leaves nothing', async () => {
    const override = await ground.requested(window);
    await approve(override, 'UMAN1');
    ground.dieIn = 1;
    expect(await ground.runOnce(override)).toMatchObject({ alive: false });
    expect(await ground.see(window)).toEqual(window);
    await ground.runOnce(override);
    expect(await ground.sums()).toEqual(REST);
  });
});
