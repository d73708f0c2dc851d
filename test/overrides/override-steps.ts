import fc from 'fast-check';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import { TURNS } from '../operations/scripted-platform.ts';
import { AMOUNTS, type Edit, type PayoutGiven } from './override-books.ts';
import { IDS, REQUESTERS, VOTERS } from './override-cast.ts';
import type { Crash } from './override-ground.ts';
import type { Given } from './override-world.ts';

type Id = (typeof IDS)[number];

/** What people do, and what becomes of the payout. */
export type Deed =
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
export type Trouble =
  | { do: 'role'; role: 'managers' | 'leads' | 'ops'; who: Id }
  | { do: 'deactivate'; who: Id }
  | { do: 'refuse' | 'blackout' }
  | { do: 'turn'; turn: keyof typeof TURNS }
  | { do: 'blind'; times: number }
  | { do: 'crash'; crash: Crash }
  | { do: 'policy'; two: string; lead: string };

export type Of<Thing> = Thing & { of: number };
export type Step = Of<Deed> | { do: 'trouble'; trouble: Trouble };

export interface History extends Given {
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

/** Between two votes: whoever gave the first loses their role; or another votes, and loses theirs as well. */
const losses: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step[]>([]) },
  { weight: 1, arbitrary: fc.tuple(lost) },
  { weight: 2, arbitrary: fc.tuple(lost, given, lost) },
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
    losses,
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
