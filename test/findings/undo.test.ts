import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acceptFinding } from '../../src/findings/accept-finding.ts';
import { assignFinding } from '../../src/findings/assign-finding.ts';
import { standingOf } from '../../src/findings/act-store.ts';
import type { ActOutcome } from '../../src/findings/act-types.ts';
import { reopenFinding } from '../../src/findings/reopen-finding.ts';
import { resolveFinding } from '../../src/findings/resolve-finding.ts';
import { undoAct } from '../../src/findings/undo-act.ts';
import { makeFindingsHouse, MINUTE, person, sweep, type FindingsHouse } from './house.ts';
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
const resolve = async (who = OPS1) =>
  resolveFinding(house.deps, now(), house.ask(who, await house.finding()));
const undo = async (outcome: ActOutcome, who = OPS1) =>
  undoAct(house.deps, now(), {
    findingId: (await house.finding()).id,
    seq: outcome.ok ? outcome.seq : 0,
    person: who,
  });

test.each([
  ['a close', resolve],
  ['an assignment', async () => assignFinding(house.deps, now(), house.ask(OPS1, await house.finding()))],
  [
    'an acceptance',
    async () =>
      acceptFinding(house.deps, now(), { ...house.ask(OPS1, await house.finding()), day: '2026-01-30' }),
  ],
])('undoing %s restores exactly what was', async (_, act) => {
  const before = standingOf(await house.finding());
  const outcome = await act();
  house.clock.advance(MINUTE);
  expect(await undo(outcome)).toMatchObject({ ok: true, change: 'undone' });
  expect(standingOf(await house.finding())).toEqual(before);
});

test('undoing a reopening closes it as it was closed', async () => {
  await resolve(OPS2);
  const before = standingOf(await house.finding());
  house.clock.advance(MINUTE);
  const outcome = await reopenFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
  await undo(outcome);
  expect(standingOf(await house.finding())).toEqual(before);
});

test('a minute later it is too late', async () => {
  const outcome = await resolve();
  house.clock.advance(MINUTE + 1);
  expect(await undo(outcome)).toEqual({ ok: false, refusal: { why: 'undo_late' } });
});

test('nobody else can undo it', async () => {
  expect(await undo(await resolve(), OPS2)).toEqual({ ok: false, refusal: { why: 'undo_not_yours' } });
  expect(await house.finding()).toMatchObject({ state: 'resolved' });
});

test('after another act, or after undo, there is nothing to undo', async () => {
  const first = await assignFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
  const second = await resolve();
  expect(await undo(first)).toEqual({ ok: false, refusal: { why: 'undo_overtaken' } });
  expect(await undo(second)).toMatchObject({ ok: true });
  expect(await undo(second)).toEqual({ ok: false, refusal: { why: 'undo_overtaken' } });
  expect(await house.finding()).toMatchObject({ state: 'open', owner: OPS1.userId });
});

test('after a run there is nothing to undo', async () => {
  const outcome = await assignFinding(house.deps, now(), house.ask(OPS1, await house.finding()));
  await house.run([observation()], { observedAt: new Date(now().getTime() + 1) });
  expect(await undo(outcome)).toEqual({ ok: false, refusal: { why: 'undo_overtaken' } });
});

test('what a run did is nobody’s to undo', async () => {
  const { id } = await house.finding();
  expect(await undoAct(house.deps, now(), { findingId: id, seq: 1, person: OPS1 })).toMatchObject({
    refusal: { why: 'undo_overtaken' },
  });
});

test('a double press undoes once', async () => {
  const outcome = await resolve();
  const undone = await Promise.all([undo(outcome), undo(outcome)]);
  expect(undone.filter(({ ok }) => ok)).toHaveLength(1);
});
