import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOT_SAFE_REASONS, type RetryReason } from '../../src/operations/retry-safe.ts';
import { payoutVerdicts } from '../../src/overrides/payout-targets.ts';
import { countVotes, decideQuorum, stricter, type QuorumFacts } from '../../src/overrides/quorum.ts';
import { choiceKey, type AttemptFact, type PayoutFacts, type Quorum } from '../../src/overrides/types.ts';
import { PROVIDER_ANSWERS, type MoneyOffer } from '../../src/platform/types.ts';
import { attempt, NOW, offers, payout, vote } from './rules-ground.ts';

const FRESH_MS = 300_000;
const RUNS = { numRuns: 1_500 };

/** Mostly what leaves something possible, so that what bars it is not always barred by something else too. */
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
const at = (ageMs: number) => new Date(NOW.getTime() - ageMs).toISOString();

const attempts = fc.array(
  fc
    .record({
      status: mostly('failed', 'succeeded', 'pending', 'submitted', 'unknown', 'on_hold'),
      answer: mostly<AttemptFact['answer']>('failed', ...PROVIDER_ANSWERS, null),
      askedAt: mostly<string | null>(at(FRESH_MS), at(0), at(FRESH_MS + 1), at(-1), null),
    })
    .map((given) => attempt(given)),
  { maxLength: 3 },
);
const notOfAge = NOT_SAFE_REASONS.filter(
  (one) => !['no_final_failure', 'not_asked', 'answer_old'].includes(one),
);
const reasons = fc
  .record({
    more: fc.boolean(),
    word: fc.constantFrom<RetryReason>(...notOfAge, 'cooldown'),
    above: mostly(true, false),
  })
  .map(({ more, word, above }): RetryReason[] => [
    ...(more ? [word] : []),
    ...(above ? ['attempts_exhausted' as const] : []),
  ]);
const operation = mostly<boolean | null>(null, true, false).map((endable): PayoutFacts['operation'] =>
  endable === null ? null : { id: 'o1', action: 'retry', state: 'unknown', requestedAt: at(9e7), endable },
);
const facts = fc
  .record({
    state: mostly('payout_failed', 'approved', 'processing'),
    isFinal: mostly(false, true),
    burns: mostly(0, 1, -1),
    attempts,
    retryReasons: reasons,
    operation,
  })
  .map((given) => payout(given));
const platform = fc.record({
  offer: mostly<MoneyOffer>('offered', 'not_named', 'no_lookup'),
  takes: mostly(true, false),
  carries: mostly(true, false),
});
type Platform = typeof platform extends fc.Arbitrary<infer T> ? T : never;

function held(given: PayoutFacts, { offer, takes, carries }: Platform, freshMs = FRESH_MS): string[] {
  const said = offers({ offerOf: () => offer, takesIn: () => takes, carriesOverride: carries });
  return payoutVerdicts(given, said, NOW, freshMs)
    .filter(({ holds }) => holds)
    .map(choiceKey);
}

/** Section 6 once more, as a table of what each choice asks for, without a word of why not. */
function table(given: PayoutFacts, { offer, takes, carries }: Platform): string[] {
  const { attempts: all, retryReasons: against, operation: ours } = given;
  const knows = ({ answer, askedAt }: AttemptFact) =>
    answer !== null && askedAt !== null && askedAt <= NOW.toISOString() && askedAt >= at(FRESH_MS);
  const word = (one: AttemptFact) => (knows(one) ? one.answer : null);
  const speaks = (one: AttemptFact) => ![null, 'silent', 'error'].includes(word(one));
  const isPaid =
    all.some(({ status, answer }) => status === 'succeeded' || answer === 'succeeded') ||
    against.includes('attempt_succeeded');
  const dead =
    all.length > 0 &&
    all.every((one) => one.status === 'failed' && word(one) === 'failed') &&
    !against.includes('attempt_missing');
  const mayTouch =
    !given.isFinal &&
    given.burns === 0 &&
    !against.some((reason) => ['burned', 'ledger_unknown', 'tenant_unknown'].includes(reason)) &&
    offer === 'offered' &&
    takes;
  const isFree = ours === null ? !against.includes('operation_open') : ours.endable;
  const rows: [string, boolean][] = [
    [
      'mark_paid:provider_success',
      isFree && all.some((one) => one.status === 'succeeded' || word(one) === 'succeeded'),
    ],
    ['mark_paid:bank_proof', isFree],
    ['reject:attempts_dead', isFree && dead && !isPaid],
    ['reject:provider_cancellation', isFree && all.length > 0 && all.every(speaks) && !isPaid],
    [
      'retry_above_limit:attempts_dead',
      dead &&
        given.state === 'payout_failed' &&
        ours === null &&
        carries &&
        against.join() === 'attempts_exhausted',
    ],
  ];
  return rows.filter(([, holds]) => mayTouch && holds).map(([choice]) => choice);
}

test('targets are those of the table', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(facts, platform, (given, said) => {
      const choices = held(given, said);
      choices.forEach((choice) => seen.add(choice));
      expect(choices).toEqual(table(given, said));
    }),
    RUNS,
  );
  // A table that never says yes proves nothing.
  expect(seen.size).toBe(5);
});

test('while one provider is silent nothing is rejected or tried again, whatever else', () => {
  const silent = fc.constantFrom(
    { answer: 'silent' as const },
    { answer: 'error' as const },
    { answer: null, askedAt: null },
    { askedAt: at(FRESH_MS + 1) },
    { askedAt: at(-1) },
  );
  fc.assert(
    fc.property(facts, platform, silent, fc.nat(), (given, said, quiet, place) => {
      const all = given.attempts.length === 0 ? [attempt()] : given.attempts;
      const one = place % all.length;
      const muted = all.map((each, index) => (index === one ? { ...each, ...quiet } : each));
      const choices = held({ ...given, attempts: muted }, said);
      expect(choices.filter((choice) => !choice.startsWith('mark_paid'))).toEqual([]);
    }),
    RUNS,
  );
});

test('nothing is done by hand to what is burned', () => {
  fc.assert(
    fc.property(facts, platform, fc.constantFrom(1, -1, 2), (given, said, burns) => {
      expect(held({ ...given, burns }, said)).toEqual([]);
    }),
    RUNS,
  );
});

type Loss = (given: PayoutFacts, place: number) => PayoutFacts;
const mute =
  (change: Partial<AttemptFact>): Loss =>
  (given, place) => ({
    ...given,
    attempts: given.attempts.map((each, index) =>
      index === place % given.attempts.length ? { ...each, ...change } : each,
    ),
  });
const because =
  (reason: RetryReason): Loss =>
  (given) => ({ ...given, retryReasons: [...given.retryReasons, reason] });
const LOSSES: Loss[] = [
  mute({ answer: null, askedAt: null }),
  mute({ answer: 'silent' }),
  mute({ answer: 'error' }),
  mute({ askedAt: at(9e7) }),
  mute({ askedAt: null }),
  (given) => ({ ...given, attempts: [] }),
  ...(
    [
      'ledger_unknown',
      'tenant_unknown',
      'attempt_missing',
      'account_unknown',
      'provider_unknown',
      'rate_unknown',
    ] as const
  ).map(because),
];

test('to know less never makes anything possible', () => {
  fc.assert(
    fc.property(facts, platform, fc.constantFrom(...LOSSES), fc.nat(), (given, said, lose, place) => {
      const before = held(given, said);
      expect(held(lose(given, place), said).filter((choice) => !before.includes(choice))).toEqual([]);
    }),
    RUNS,
  );
});

test('younger answers are asked for never makes anything possible', () => {
  fc.assert(
    fc.property(facts, platform, fc.nat({ max: 2 * FRESH_MS }), (given, said, freshMs) => {
      const ever = held(given, said, Number.POSITIVE_INFINITY);
      expect(held(given, said, freshMs).filter((choice) => !ever.includes(choice))).toEqual([]);
    }),
    RUNS,
  );
});

const TIERS = { twoFromMinor: 100_000n, leadFromMinor: 1_000_000n };
const verdict = fc.record({
  target: fc.constantFrom('mark_paid', 'reject', 'retry_above_limit', 'of another kind'),
  needsTwo: fc.boolean(),
  needsEvidence: fc.boolean(),
});
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 2_000_000n }),
  fc.constantFrom(99_999n, 100_000n, 999_999n, 1_000_000n),
);
const stake: fc.Arbitrary<QuorumFacts> = fc.record({
  sumReportingMinor: fc.option(amount),
  others: fc.nat({ max: 5 }),
  isHigh: fc.boolean(),
  verdict,
  afterRejection: fc.boolean(),
});
const isAtLeast = (one: Quorum, other: Quorum) => one.needed >= other.needed && one.leads >= other.leads;

test('a larger amount never takes fewer, and no rate takes the most', () => {
  fc.assert(
    fc.property(stake, amount, amount, (given, some, more) => {
      const of = (sumReportingMinor: bigint | null) => decideQuorum({ ...given, sumReportingMinor }, TIERS);
      expect(isAtLeast(of(some + more), of(some))).toBe(true);
      expect(isAtLeast(of(null), of(some))).toBe(true);
    }),
    RUNS,
  );
});

test('the stricter of two is no less than either, whichever comes first', () => {
  fc.assert(
    fc.property(stake, stake, stake, (a, b, c) => {
      const [one, two, three] = [a, b, c].map((given) => decideQuorum(given, TIERS)) as [
        Quorum,
        Quorum,
        Quorum,
      ];
      const both = stricter(one, two);
      expect(isAtLeast(both, one) && isAtLeast(both, two)).toBe(true);
      expect(both).toEqual(stricter(two, one));
      expect(stricter(one, one)).toEqual(one);
      expect(stricter(both, three)).toEqual(stricter(one, stricter(two, three)));
    }),
    RUNS,
  );
});

test('a count is never of more people, seats or leads than there are', () => {
  const name = fc.constantFrom('m1', 'm2', 'm3', 'l1');
  const ballot = fc.record({
    who: name,
    key: name,
    seat: name,
    role: fc.constantFrom('managers' as const, 'leads' as const),
    no: mostly(false, true),
    gone: mostly(false, true),
  });
  const needs = fc.record({
    needed: fc.constantFrom(1 as const, 2 as const),
    leads: fc.constantFrom(0 as const, 1 as const),
  });
  fc.assert(
    fc.property(fc.array(ballot, { maxLength: 6 }), needs, (ballots, quorum) => {
      const votes = ballots.map(({ who, key, seat, role, no, gone }) =>
        vote(who, {
          personKey: key,
          seat,
          role,
          vote: no ? 'reject' : 'approve',
          lapsedAt: gone ? NOW : null,
        }),
      );
      const given = votes.filter((one) => one.vote === 'approve' && one.lapsedAt === null);
      const distinct = (of: (one: (typeof given)[number]) => string) => new Set(given.map(of)).size;
      const { approvals, leads, reached, missing } = countVotes(votes, quorum);
      const most = Math.min(
        distinct(({ personKey }) => personKey),
        distinct(({ userId }) => userId),
        distinct(({ seat }) => seat),
      );
      expect(approvals).toBeLessThanOrEqual(most);
      expect(leads).toBeLessThanOrEqual(
        Math.min(approvals, given.filter(({ role }) => role === 'leads').length),
      );
      expect(reached).toBe(approvals >= quorum.needed && leads >= quorum.leads);
      expect(missing.people === 0 && missing.leads === 0).toBe(reached);
    }),
    RUNS,
  );
});
