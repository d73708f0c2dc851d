import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acceptFinding } from '../../src/findings/accept-finding.ts';
import { decideAcceptance } from '../../src/findings/decide-acceptance.ts';
import { makeReopenAcceptedTask } from '../../src/findings/reopen-accepted.ts';
import { resolveFinding } from '../../src/findings/resolve-finding.ts';
import { undoAct } from '../../src/findings/undo-act.ts';
import type { ActingPerson } from '../../src/findings/act-types.ts';
import { newId, type TaskId } from '../../src/ids.ts';
import { log } from '../reconciliation/harness.ts';
import { HOUR, makeFindingsHouse, person, sweep, type FindingsHouse } from './house.ts';
import { observation } from './observation.ts';

const MANAGER1 = person('U0MANAGER1', 'manager1');
const MANAGER2 = person('U0MANAGER2', 'manager2');
const LEAD1 = person('U00000LED1', 'lead1');

let house: FindingsHouse;
beforeAll(async () => {
  house = await makeFindingsHouse();
});
beforeEach(async () => {
  await sweep(house);
  await house.run([observation({ risk: 'HIGH' })]);
});
afterAll(() => house.ours.drop());

const now = () => house.clock.now();
/** The second Thursday from now: the clock moves on from test to test. */
const day = () => new Date(now().getTime() + 7 * 24 * HOUR).toISOString().slice(0, 10);

const propose = async (who: ActingPerson = MANAGER1) =>
  acceptFinding(house.deps, now(), { ...house.ask(who, await house.finding()), day: day() });
const proposal = async () => {
  const rows = await house.rows<{ id: string; state: string; decided_by: string | null; until: Date }>(
    'select id, state, decided_by, until from acceptances order by proposed_at desc, id limit 1',
  );
  return rows[0]!;
};
const decide = async (who: ActingPerson, decision: 'approve' | 'reject' = 'approve') =>
  decideAcceptance(house.deps, now(), { acceptanceId: (await proposal()).id, decision, person: who });
const changes = async () =>
  (await house.rows<{ change: string }>('select change from finding_history order by seq')).map(
    (row) => row.change,
  );

describe('accepting a HIGH', () => {
  test('takes a second person', async () => {
    expect(await propose()).toMatchObject({ ok: true, change: 'proposed' });
    expect(await house.finding()).toMatchObject({ state: 'open' });
    expect(await decide(MANAGER1)).toEqual({ ok: false, refusal: { why: 'own_proposal' } });
    expect(await house.finding()).toMatchObject({ state: 'open' });
    expect(await decide(LEAD1)).toMatchObject({ ok: true, change: 'accepted' });
    const { until } = await proposal();
    expect(await house.finding()).toMatchObject({
      state: 'accepted',
      acceptedUntil: until,
      closedBy: 'person:U00000LED1',
    });
    expect(await changes()).toEqual(['opened', 'proposed', 'accepted']);
  });

  test('alone with a second Slack id is impossible', async () => {
    await propose();
    expect(await decide(person('U0MANAGER9', 'manager1'))).toMatchObject({
      refusal: { why: 'own_proposal' },
    });
    // The policy has learned since that they are one: people are known by their names in Slack.
    await house.ours.pool.query(
      `insert into people (user_id, team_id, name, real_name, is_deleted, is_guest, is_stranger, is_bot, checked_at)
       values ('U0MANAGER1', 'T', 'manager1', '', false, false, false, false, now()),
              ('U0MANAGER8', 'T', 'manager1', '', false, false, false, false, now())`,
    );
    expect(await decide(person('U0MANAGER8', 'U0MANAGER8'))).toMatchObject({
      refusal: { why: 'own_proposal' },
    });
    expect(await house.finding()).toMatchObject({ state: 'open' });
  });

  test('that was LOW when it was seen is refused', async () => {
    await house.run([]);
    await house.run([observation({ risk: 'LOW', id: 't2' })]);
    const shown = await house.finding('t2');
    await house.run([observation({ risk: 'HIGH', id: 't2' })]);
    const asked = { ...house.ask(MANAGER1, shown), day: day() };
    expect(await acceptFinding(house.deps, now(), asked)).toMatchObject({ refusal: { why: 'another' } });
    expect(await house.finding('t2')).toMatchObject({ state: 'open' });
  });

  test('by two in the same moment is one vote', async () => {
    await propose();
    const votes = await Promise.all([MANAGER2, LEAD1].map((who) => decide(who)));
    expect(votes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(votes.find(({ ok }) => !ok)).toMatchObject({ refusal: { why: 'decided', state: 'approved' } });
    expect(await changes()).toEqual(['opened', 'proposed', 'accepted']);
  });

  test('is proposed once at a time', async () => {
    await propose();
    expect(await propose(MANAGER2)).toMatchObject({
      refusal: { why: 'proposed_already', by: 'person:U0MANAGER1' },
    });
  });
});

describe('a proposal', () => {
  test('that is rejected leaves it open, once', async () => {
    await propose();
    expect(await decide(LEAD1, 'reject')).toMatchObject({ ok: true, change: 'rejected' });
    expect(await decide(MANAGER2)).toMatchObject({
      refusal: { why: 'decided', state: 'rejected', by: 'person:U00000LED1' },
    });
    expect(await house.finding()).toMatchObject({ state: 'open' });
    expect(await propose(MANAGER2)).toMatchObject({ ok: true, change: 'proposed' });
  });

  test('is taken back by whoever made it', async () => {
    await propose();
    expect(await decide(MANAGER1, 'reject')).toMatchObject({ ok: true, change: 'withdrawn' });
    expect(await proposal()).toMatchObject({ state: 'withdrawn' });
  });

  test('ends with undo, and with its card', async () => {
    const outcome = await propose();
    const seq = outcome.ok ? outcome.seq : 0;
    const { id } = await house.finding();
    await undoAct(house.deps, now(), { findingId: id, seq, person: MANAGER1 });
    expect(await proposal()).toMatchObject({ state: 'withdrawn', decided_by: 'person:U0MANAGER1' });
    expect(await decide(LEAD1)).toMatchObject({ refusal: { why: 'decided', state: 'withdrawn' } });
  });

  test.each([
    ['a larger amount', () => house.run([observation({ risk: 'HIGH', minor: 2_000n })])],
    ['a lower class', () => house.run([observation({ risk: 'MED' })])],
    ['nothing left', () => house.run([])],
    ['a close', async () => resolveFinding(house.deps, now(), house.ask(MANAGER2, await house.finding()))],
  ])('is overtaken by %s', async (_, happens) => {
    await propose();
    await happens();
    expect(await proposal()).toMatchObject({ state: 'overtaken', decided_by: 'job:findings' });
    expect(await decide(LEAD1)).toMatchObject({ refusal: { why: 'decided', state: 'overtaken' } });
    expect(await changes()).toContain('overtaken');
    const [card] = await house.rows<{ wanted_version: number }>(
      `select wanted_version from cards where kind = 'acceptance' and subject_id = $1`,
      [(await proposal()).id],
    );
    expect(Number(card?.wanted_version)).toBeGreaterThan(1);
  });

  test('is not touched by who has it', async () => {
    await propose();
    await house.run([observation({ risk: 'HIGH' })]);
    expect(await decide(LEAD1)).toMatchObject({ ok: true });
  });
});

describe('when the date comes', () => {
  const step = async () => {
    const kind = makeReopenAcceptedTask(house.deps);
    const { id } = await house.finding();
    const context = {
      taskId: newId<TaskId>(),
      key: 'test',
      faults: 0,
      clock: house.clock,
      log,
      signal: new AbortController().signal,
      guard: async () => undefined,
    };
    return await kind.run(context, { findingId: id });
  };

  test('an accepted finding is open again without a run', async () => {
    await propose();
    await decide(LEAD1);
    const { until } = await proposal();
    expect(await step()).toEqual({ state: 'again', at: until });
    house.clock.set(until);
    expect(await step()).toEqual({ state: 'done' });
    expect(await house.finding()).toMatchObject({ state: 'open', acceptedUntil: null, closedBy: null });
    expect(await house.rows(`select reason, actor from finding_history order by seq desc limit 1`)).toEqual([
      { reason: 'acceptance_over', actor: 'job:reopen-accepted' },
    ]);
    expect(house.refreshed.at(-1)).toBe((await house.finding()).id);
  });

  test('a proposal that nobody decided is over', async () => {
    await propose();
    house.clock.set((await proposal()).until);
    expect(await decide(LEAD1)).toMatchObject({ refusal: { why: 'date_past' } });
    expect(await step()).toEqual({ state: 'done' });
    expect(await proposal()).toMatchObject({ state: 'overtaken' });
  });
});
