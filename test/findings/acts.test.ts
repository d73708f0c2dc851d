import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assignFinding } from '../../src/findings/assign-finding.ts';
import { acceptFinding } from '../../src/findings/accept-finding.ts';
import { findingKey } from '../../src/findings/key.ts';
import { reopenFinding } from '../../src/findings/reopen-finding.ts';
import { resolveFinding } from '../../src/findings/resolve-finding.ts';
import { makeFindingsHouse, person, sweep, type FindingsHouse } from './house.ts';
import { observation } from './observation.ts';

const OPS1 = person('U00000OPS1', 'ops1');
const OPS2 = person('U00000OPS2', 'ops2');

let house: FindingsHouse;
beforeAll(async () => {
  house = await makeFindingsHouse();
});
beforeEach(async () => {
  await sweep(house);
  await house.run([observation()]);
});
afterAll(() => house.ours.drop());

const now = () => house.clock.now();
const history = () =>
  house.rows<{ change: string; actor: string; note: string | null; reason: string | null }>(
    'select change, actor, note, reason from finding_history order by finding_id, seq',
  );
const lastAudit = async () => {
  const [row] = await house.rows<{ action: string; actor: string; data: string; body: string | null }>(
    `select l.action, l.actor, l.data, p.body from audit_log l left join audit_personal p using (seq)
      order by seq desc limit 1`,
  );
  return row!;
};

describe('resolving', () => {
  test('closes, says who and why, and is one audit row', async () => {
    const finding = await house.finding();
    const outcome = await resolveFinding(house.deps, now(), house.ask(OPS1, finding));
    expect(outcome).toMatchObject({ ok: true, change: 'resolved', seq: 2 });
    expect(await house.finding()).toMatchObject({
      state: 'resolved',
      closedBy: 'person:U00000OPS1',
      closedReason: 'corrected',
      closedAt: now(),
      resolvedAt: now(),
      confirmedAt: null,
    });
    expect((await history()).at(-1)).toEqual({
      change: 'resolved',
      actor: 'person:U00000OPS1',
      note: 'looked into it',
      reason: 'corrected',
    });
    const audit = await lastAudit();
    expect(audit).toMatchObject({
      action: 'finding.resolved',
      actor: 'person:U00000OPS1',
      body: 'looked into it',
    });
    expect(audit.data).not.toContain('looked into it');
    expect(house.refreshed.at(-1)).toBe(finding.id);
    expect(house.acts.at(-1)).toBe('resolved');
  });

  test('by two in the same moment: one close, a kind answer', async () => {
    const finding = await house.finding();
    const outcomes = await Promise.all(
      [OPS1, OPS2].map((who) => resolveFinding(house.deps, now(), house.ask(who, finding))),
    );
    const [first] = outcomes.filter(({ ok }) => ok);
    const [second] = outcomes.filter(({ ok }) => !ok);
    const { closedBy } = await house.finding();
    expect(first).toMatchObject({ ok: true, finding: { closedBy } });
    expect(second).toEqual({
      ok: false,
      refusal: { why: 'meanwhile', change: 'resolved', state: 'resolved', by: closedBy, at: now() },
    });
    expect((await history()).map(({ change }) => change)).toEqual(['opened', 'resolved']);
  });

  test('sent again closes nothing that was opened since', async () => {
    const request = house.ask(OPS1, await house.finding());
    await resolveFinding(house.deps, now(), request);
    await reopenFinding(house.deps, now(), house.ask(OPS2, await house.finding()));
    expect(await resolveFinding(house.deps, now(), request)).toEqual({
      ok: false,
      refusal: { why: 'repeated' },
    });
    expect(await house.finding()).toMatchObject({ state: 'open' });
  });

  test('of what is no finding says so', async () => {
    const finding = await house.finding();
    const request = house.ask(OPS1, finding, { findingId: '00000000-0000-4000-8000-000000000000' });
    expect(await resolveFinding(house.deps, now(), request)).toMatchObject({ refusal: { why: 'not_found' } });
  });
});

describe('until a run has looked', () => {
  test('it is unconfirmed, then confirmed', async () => {
    await resolveFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await house.run([], { state: 'partial' });
    expect(await house.finding()).toMatchObject({ confirmedAt: null });
    await house.run([]);
    expect(await house.finding()).toMatchObject({
      state: 'resolved',
      confirmedAt: now(),
      closedBy: 'person:U00000OPS1',
    });
    expect((await history()).at(-1)).toMatchObject({ change: 'confirmed', actor: 'job:test' });
    expect((await lastAudit()).action).toBe('finding.confirmed');
  });

  test('a run that could not tell confirms nothing', async () => {
    await resolveFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await house.run([], { untold: [findingKey(observation())] });
    expect(await house.finding()).toMatchObject({ state: 'resolved', confirmedAt: null });
    await house.run([]);
    expect(await house.finding()).toMatchObject({ confirmedAt: now() });
  });

  test('it returns, if it is still there', async () => {
    await resolveFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await house.run([observation()]);
    expect(await house.finding()).toMatchObject({ state: 'open', closedBy: null, confirmedAt: null });
  });

  test('an older look confirms nothing', async () => {
    const observedAt = now();
    house.clock.advance(1_000);
    await resolveFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await house.run([], { observedAt });
    expect(await house.finding()).toMatchObject({ state: 'resolved', confirmedAt: null });
    await house.run([observation()], { observedAt });
    expect(await house.finding()).toMatchObject({ state: 'resolved', confirmedAt: null });
  });

  test('what is opened again during a run is not resolved by it', async () => {
    const observedAt = new Date(now().getTime() + 30_000);
    house.clock.advance(60_000);
    await resolveFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await reopenFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await house.run([], { observedAt });
    expect(await house.finding()).toMatchObject({ state: 'open' });
  });

  test('what a run resolved is confirmed by it', async () => {
    await house.run([]);
    expect(await house.finding()).toMatchObject({ state: 'resolved', closedBy: null, confirmedAt: now() });
  });
});

describe('assigning', () => {
  test('makes one the owner, whom the next one sees', async () => {
    const shown = await house.finding();
    expect(await assignFinding(house.deps, now(), house.ask(OPS1, shown, { note: '' }))).toMatchObject({
      ok: true,
    });
    expect(await house.finding()).toMatchObject({ owner: OPS1.userId, state: 'open' });
    expect(await assignFinding(house.deps, now(), house.ask(OPS2, shown))).toMatchObject({
      refusal: { why: 'meanwhile', change: 'assigned', by: 'person:U00000OPS1' },
    });
    const seen = await house.finding();
    expect(await assignFinding(house.deps, now(), house.ask(OPS1, seen))).toMatchObject({
      refusal: { why: 'yours_already' },
    });
    expect(await assignFinding(house.deps, now(), house.ask(OPS2, seen))).toMatchObject({ ok: true });
    expect(await house.finding()).toMatchObject({ owner: OPS2.userId });
  });

  test('stays when it is closed and opened again', async () => {
    await assignFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
    await resolveFinding(house.deps, now(), house.ask(OPS2, await house.finding()));
    await reopenFinding(house.deps, now(), house.ask(OPS2, await house.finding()));
    expect(await house.finding()).toMatchObject({ owner: OPS1.userId, state: 'open', closedBy: null });
  });
});

describe('accepting', () => {
  const accept = async (day: string, shown?: Awaited<ReturnType<FindingsHouse['finding']>>) =>
    acceptFinding(house.deps, now(), { ...house.ask(OPS1, shown ?? (await house.finding())), day });

  test('holds to the end of its day in business time', async () => {
    expect(await accept('2026-01-22')).toMatchObject({ ok: true, change: 'accepted' });
    // The day ends at midnight in Istanbul.
    const until = new Date('2026-01-22T21:00:00Z');
    expect(await house.finding()).toMatchObject({ state: 'accepted', acceptedUntil: until });
    const tasks = await house.rows(`select due_at from tasks where kind = 'reopen-accepted'`);
    expect(tasks).toEqual([{ due_at: until }]);
  });

  test.each([
    ['2026-01-14', 'date_past'],
    ['2026-02-15', 'date_far'],
  ])('until %s is refused', async (day, why) => {
    expect(await accept(day)).toEqual({ ok: false, refusal: { why } });
    expect(await house.finding()).toMatchObject({ state: 'open' });
  });

  test.each(['2026-01-15', '2026-02-14'])('until %s is the least and the most', async (day) => {
    expect(await accept(day)).toMatchObject({ ok: true });
  });

  test('what has changed since it was seen is refused', async () => {
    const shown = await house.finding();
    await house.run([observation({ minor: 2_000n })]);
    expect(await accept('2026-01-22', shown)).toEqual({ ok: false, refusal: { why: 'another' } });
  });

  test('a larger amount reopens it', async () => {
    await accept('2026-01-22');
    await house.run([observation({ minor: 2_000n })]);
    expect(await house.finding()).toMatchObject({ state: 'open', closedBy: null, acceptedUntil: null });
  });
});

test('a closed one can only be opened again, an open one not', async () => {
  const open = await house.finding();
  expect(await reopenFinding(house.deps, now(), house.ask(OPS1, open))).toMatchObject({
    refusal: { why: 'not_now', state: 'open' },
  });
  await resolveFinding(house.deps, now(), house.ask(OPS1, open));
  const closed = await house.finding();
  for (const act of [resolveFinding, assignFinding])
    expect(await act(house.deps, now(), house.ask(OPS1, closed))).toMatchObject({
      refusal: { why: 'not_now', state: 'resolved' },
    });
});
