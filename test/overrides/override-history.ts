import fc from 'fast-check';
import { expect } from 'vitest';
import { requestOperation } from '../../src/operations/request-operation.ts';
import { readStanding } from '../../src/operations/standing.ts';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import { TURNS } from '../operations/scripted-platform.ts';
import { AMOUNTS, answer, editRows, look, type Edit, type PayoutGiven } from './override-books.ts';
import { IDS, REQUESTERS, VOTERS } from './override-cast.ts';
import { TENANT, type Crash, type Ground } from './override-ground.ts';
import { World, type Given } from './override-world.ts';

type Id = (typeof IDS)[number];

/** What people do, and what becomes of the payout. */
type Deed =
  | { do: 'request'; who: Id; choice: number; asks: boolean }
  | { do: 'approve'; who: Id[]; isStale: boolean }
  | { do: 'reject' | 'renew' | 'cancel'; who: Id }
  | { do: 'own'; what: 'renew' | 'cancel' }
  | { do: 'run'; races: 'nothing' | 'itself' | 'press' | 'cancel' }
  | { do: 'edit'; edit: Edit; whileAsked: boolean }
  | { do: 'answer'; says: ProviderAnswer; ofAll: boolean; looks: boolean }
  /** Whoever voted last loses their role. */
  | { do: 'press' | 'lift' | 'lose' }
  /** Providers are asked every few minutes, unless the job stands still. */
  | { do: 'advance'; minutes: number; looks: boolean };

/** What happens to people, the platform and the process. */
type Trouble =
  | { do: 'role'; role: 'managers' | 'leads' | 'ops'; who: Id }
  | { do: 'deactivate'; who: Id }
  | { do: 'refuse' | 'blackout' }
  | { do: 'turn'; turn: keyof typeof TURNS }
  | { do: 'blind'; times: number }
  | { do: 'crash'; crash: Crash }
  | { do: 'policy'; two: string; lead: string };

type Of<Thing> = Thing & { of: number };
type Step = Of<Deed> | { do: 'trouble'; trouble: Trouble };

interface History extends Given {
  keepsMs: number;
  steps: Step[];
}

const index = <T>(all: readonly T[]) => fc.nat({ max: all.length - 1 });
const amount = index(AMOUNTS);
const id = fc.constantFrom(...IDS);
const voter = fc.constantFrom(...VOTERS);

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    what: fc.constant('state' as const),
    to: fc.constantFrom('payout_failed', 'processing', 'payout_pending', 'paid'),
  }),
  fc.record({ what: fc.constant('amount' as const), to: amount }),
  fc.record({ what: fc.constantFrom('payee' as const, 'reference' as const, 'attempt' as const) }),
  fc.record({
    what: fc.constant('status' as const),
    to: fc.constantFrom('failed', 'submitted', 'succeeded'),
  }),
) as fc.Arbitrary<Edit>;

function weighed(weight: number, word: Deed['do'], rest: Record<string, fc.Arbitrary<unknown>> = {}) {
  const of = fc.constantFrom(0, 0, 0, 1);
  return {
    weight,
    arbitrary: fc.record({ do: fc.constant(word), of, ...rest }) as unknown as fc.Arbitrary<Step>,
  };
}

function trouble(weight: number, word: Trouble['do'], rest: Record<string, fc.Arbitrary<unknown>> = {}) {
  const what = fc.record({ do: fc.constant(word), ...rest }) as unknown as fc.Arbitrary<Trouble>;
  return {
    weight,
    arbitrary: what.map((one): Step => ({ do: 'trouble', trouble: one })),
  };
}

const request = {
  who: fc.constantFrom(...REQUESTERS),
  choice: fc.constantFrom(0, 1, 1, 2, 2, 2, 2, 3, 4, 4, 4),
  asks: fc.constantFrom(true, true, true, false),
};

const step: fc.Arbitrary<Step> = fc.oneof(
  weighed(3, 'request', request),
  weighed(10, 'approve', {
    who: fc.oneof(
      { weight: 6, arbitrary: fc.tuple(voter) },
      { weight: 2, arbitrary: fc.tuple(voter, voter) },
      { weight: 1, arbitrary: voter.map((who) => [who, who]) },
    ),
    isStale: fc.constantFrom(false, false, false, false, false, false, false, false, true),
  }),
  weighed(1, 'reject', { who: voter }),
  weighed(1, 'renew', { who: id }),
  weighed(1, 'cancel', { who: id }),
  weighed(4, 'own', {
    what: fc.constantFrom(...Array.from({ length: 9 }, () => 'renew' as const), 'cancel'),
  }),
  weighed(12, 'run', {
    races: fc.constantFrom(
      ...Array.from({ length: 9 }, () => 'nothing' as const),
      'itself',
      'press',
      'cancel',
    ),
  }),
  weighed(2, 'edit', { edit, whileAsked: fc.boolean() }),
  trouble(3, 'role', { role: fc.constantFrom('managers', 'managers', 'leads', 'ops'), who: voter }),
  trouble(1, 'deactivate', { who: id }),
  weighed(4, 'advance', {
    minutes: fc.constantFrom(0.02, 1, 2, 2, 6, 6, 16, 60, 120, 239, 239, 240, 240, 1_440),
    looks: fc.constantFrom(true, true, false),
  }),
  weighed(2, 'answer', {
    says: fc.constantFrom('failed', 'failed', 'succeeded', 'pending', 'not_found', 'silent', 'error'),
    ofAll: fc.boolean(),
    looks: fc.boolean(),
  }),
  weighed(1, 'press'),
  weighed(1, 'lift'),
  weighed(1, 'lose'),
  trouble(1, 'refuse'),
  trouble(1, 'blackout'),
  trouble(2, 'turn', { turn: fc.constantFrom(...(Object.keys(TURNS) as (keyof typeof TURNS)[])) }),
  trouble(1, 'blind', { times: fc.constantFrom(1, 4, 20) }),
  trouble(2, 'crash', {
    crash: fc.record({ commits: fc.nat({ max: 2 }), when: fc.constantFrom('before', 'after') }),
  }),
  trouble(1, 'policy', {
    two: fc.constantFrom('500', '1000', '2000'),
    lead: fc.constantFrom('5000', '10000', '20000'),
  }),
);

const payout: fc.Arbitrary<PayoutGiven> = fc.record({
  amount,
  attempts: fc.constantFrom(1, 3, 3),
  state: fc.constantFrom(...Array.from({ length: 7 }, () => 'payout_failed' as const), 'processing'),
});

/** Something on the way, everywhere, yet seldom so much that nothing is ever carried out. */
const some = (maxLength: number) => fc.array(step, { maxLength, size: 'max' });
const asked = (of: number) =>
  weighed(1, 'request', { ...request, of: fc.constant(of), asks: fc.constant(true) }).arbitrary;
const given = weighed(1, 'approve', {
  of: fc.constant(0),
  who: fc.oneof({ weight: 4, arbitrary: fc.tuple(voter) }, { weight: 1, arbitrary: fc.tuple(voter, voter) }),
  isStale: fc.constant(false),
}).arbitrary;
const carriedOut = weighed(1, 'run', {
  of: fc.constant(0),
  races: fc.constantFrom('nothing', 'nothing', 'itself', 'press'),
}).arbitrary;

/** Four working hours pass, or almost, before what is approved is carried out. */
const late = weighed(1, 'advance', {
  of: fc.constant(0),
  minutes: fc.constantFrom(239, 240),
  looks: fc.constant(true),
}).arbitrary;

const lost = weighed(1, 'lose', { of: fc.constant(0) }).arbitrary;
const seldom = (arbitrary: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant<Step[]>([]) },
    { weight: 1, arbitrary: arbitrary.map((one) => [one]) },
  );

/** What begins as it should: asked, approved by two, carried out; with anything else between. */
const course = fc
  .tuple(
    fc.array(asked(1), { maxLength: 1 }),
    some(2),
    asked(0).map((one) => [one]),
    some(3),
    given.map((one) => [one]),
    some(2),
    seldom(lost),
    given.map((one) => [one]),
    some(2),
    fc.oneof({ weight: 7, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: late.map((one) => [one]) }),
    carriedOut.map((one) => [one]),
    some(4),
  )
  .map((parts) => parts.flat());

export const history: fc.Arbitrary<History> = fc.record({
  // A morning, the end of a week, and the evening before a half day with holidays after it.
  startsAt: fc.constantFrom(
    '2026-01-15T06:00:00.000Z',
    '2026-01-15T08:00:00.000Z',
    '2026-01-16T13:30:00.000Z',
    '2026-03-18T14:00:00.000Z',
  ),
  shared: fc.constantFrom('account', 'payee', 'nothing'),
  hasBeneficiary: fc.boolean(),
  payouts: fc.tuple(payout, payout),
  keepsMs: fc.constantFrom(600_000, 86_400_000),
  steps: course,
});

/** Lives a history, then lets all that is under way come to its end. */
export async function live(ground: Ground, { steps, keepsMs, ...given }: History): Promise<World> {
  const world = await World.begin(ground, given);
  ground.platform.keeps = keepsMs;
  for (const each of steps) {
    await take(ground, world, each);
    if (world.wrong.length > 0) return world;
  }
  await settle(ground, world);
  world.finish();
  return world;
}

/** Nobody disturbs it any more; what can be known of what is unknown is known soon after. */
async function settle(ground: Ground, world: World): Promise<void> {
  const { platform, clock } = ground;
  Object.assign(platform, { turns: [], blindLookUps: 0, refuses: null, whileAsked: null });
  Object.assign(ground, { crash: null, blackouts: 0 });
  for (const of of [0, 1]) {
    const isUnderWay = () => ['approved', 'executing'].includes(world.newest(of)?.state ?? '');
    for (let round = 0; isUnderWay() && round < 8; round += 1) {
      await advance(ground, round === 0 ? 0 : 2);
      await world.runOverride(of);
      await world.runOperation(of);
      await world.runOverride(of);
    }
  }
  clock.advance(1);
}

async function advance({ clock, platform }: Ground, minutes: number): Promise<void> {
  clock.advance(minutes * 60_000);
  await platform.deliver();
}

async function take(ground: Ground, world: World, step: Step): Promise<void> {
  if (step.do === 'trouble') return await disturb(ground, step.trouble);
  const { platform } = ground;
  const { transactionId } = world.payout(step.of);
  switch (step.do) {
    case 'request':
      return await world.request(step.of, step.who, step.choice, step.asks);
    case 'approve':
      return await world.approve(step.of, step.who, step.isStale);
    case 'reject':
      return await world.reject(step.of, step.who);
    case 'renew':
    case 'cancel':
      return await world[step.do](step.of, step.who);
    case 'own':
      return await world[step.what](step.of, 'requester');
    case 'run':
      return await run(ground, world, step);
    case 'edit': {
      const change = () => editRows(ground, transactionId, step.edit);
      if (!step.whileAsked) return await change();
      platform.whileAsked = () => {
        platform.whileAsked = null;
        return change();
      };
      return;
    }
    case 'answer':
      await answer(ground, transactionId, step.says, step.ofAll);
      return step.looks ? await look(ground, transactionId) : undefined;
    case 'press':
      return await press(ground, world, step.of);
    case 'lift':
      return await world.lift(step.of);
    case 'lose':
      return await lose(ground, world, step.of);
    case 'advance':
      await advance(ground, step.minutes);
      return step.looks ? await look(ground, transactionId) : undefined;
  }
}

async function disturb(ground: Ground, step: Trouble): Promise<void> {
  const { platform, groups, policy } = ground;
  switch (step.do) {
    case 'role': {
      const members = groups.members[step.role] ?? [];
      const isHeld = members.includes(step.who);
      const changed = isHeld ? members.filter((who) => who !== step.who) : [...members, step.who];
      return await ground.setGroups({ ...groups, members: { ...groups.members, [step.role]: changed } });
    }
    case 'deactivate': {
      const { inactive } = groups;
      const isGone = inactive.includes(step.who);
      const changed = isGone ? inactive.filter((who) => who !== step.who) : [...inactive, step.who];
      return await ground.setGroups({ ...groups, inactive: changed });
    }
    case 'refuse':
      platform.refuses = platform.refuses === null ? { code: 'wrong_state', means: 'wrong_state' } : null;
      return;
    case 'blackout':
      ground.blackouts = 1;
      return;
    case 'turn':
      platform.turns.push(TURNS[step.turn]);
      return;
    case 'blind':
      platform.blindLookUps = step.times;
      return;
    case 'crash':
      ground.crash = { ...step.crash, commits: step.crash.commits + 1 };
      return;
    case 'policy': {
      const overrides = { ...policy.overrides, two_from: step.two, lead_from: step.lead };
      ground.policy = { ...policy, overrides };
    }
  }
}

async function lose(ground: Ground, world: World, of: number): Promise<void> {
  const who = world.newest(of)?.votes.at(-1)?.userId;
  const { managers = [], leads = [] } = ground.groups.members;
  const without = (ids: readonly string[]) => ids.filter((each) => each !== who);
  const members = { ...ground.groups.members, managers: without(managers), leads: without(leads) };
  await ground.setGroups({ ...ground.groups, members });
}

/** The button of the alert, where it may be pressed. */
async function press({ ours, clock }: Ground, world: World, of: number): Promise<void> {
  const { payoutId, transactionId } = world.payout(of);
  const { nextIntentNo } = await readStanding(ours.pool, { tenantId: TENANT, transactionId });
  await requestOperation(ours.pool, clock.now(), {
    payoutId,
    intentNo: nextIntentNo,
    action: 'retry',
    actor: 'person:U0OPS2',
  });
}

/** The override's task, what it began, and the task again, as workers take them up; at once with something else. */
async function run(ground: Ground, world: World, step: Of<Extract<Deed, { do: 'run' }>>): Promise<void> {
  const { of, races } = step;
  const beside = {
    nothing: async () => undefined,
    itself: () => world.runOverride(of),
    press: () => press(ground, world, of),
    cancel: () => world.cancel(of, 'requester'),
  }[races];
  await Promise.all([world.runOverride(of), beside()]);
  if (await world.runOperation(of)) await world.runOverride(of);
}

/** Nothing was done that the rules do not allow, and what is said of each override is so. */
export function expectLawful({ wrong, story }: World): void {
  expect(wrong, story.join('\n')).toEqual([]);
}
