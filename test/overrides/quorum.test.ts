import { describe, expect, test } from 'vitest';
import {
  countsTogether,
  countVotes,
  decideQuorum,
  stricter,
  sumStakes,
  tiersOf,
  type QuorumFacts,
} from '../../src/overrides/quorum.ts';
import { OVERRIDE_STATES } from '../../src/overrides/types.ts';
import { NOW, quorum, smallPolicy, vote } from './rules-ground.ts';

const TIERS = tiersOf(smallPolicy());

function decide(given: Partial<QuorumFacts> = {}) {
  const verdict = { target: 'reject', needsTwo: false, needsEvidence: false };
  return decideQuorum(
    { sumReportingMinor: 99_999n, others: 0, isHigh: false, verdict, afterRejection: false, ...given },
    TIERS,
  );
}

test('tiers are of the policy, in minor units of its currency, rounded up', () => {
  expect(TIERS).toEqual({ twoFromMinor: 100_000n, leadFromMinor: 1_000_000n });
  const yen = smallPolicy({ currency: 'JPY', overrides: '{ two_from: "999.5", lead_from: "10000" }' });
  expect(tiersOf(yen)).toEqual({ twoFromMinor: 1_000n, leadFromMinor: 10_000n });
});

describe('how many approve', () => {
  const bank = { target: 'mark_paid', needsTwo: true, needsEvidence: true };
  test.each<[string, Partial<QuorumFacts>, [1 | 2, 0 | 1, string[]]]>([
    ['a small amount', {}, [1, 0, ['small']]],
    ['an amount of two', { sumReportingMinor: 100_000n }, [2, 0, ['from_two']]],
    ['an amount of a lead', { sumReportingMinor: 1_000_000n }, [2, 1, ['from_lead']]],
    ['no rate', { sumReportingMinor: null }, [2, 1, ['no_rate']]],
    ['a HIGH finding', { isHigh: true }, [2, 0, ['high']]],
    ['what was rejected', { afterRejection: true }, [2, 0, ['after_rejection']]],
    [
      'the word of the provider',
      { verdict: { target: 'mark_paid', needsTwo: true, needsEvidence: false } },
      [2, 0, ['mark_paid']],
    ],
    ['proof of the bank', { verdict: bank }, [2, 0, ['mark_paid', 'document']]],
    [
      'a written cancellation',
      { verdict: { target: 'reject', needsTwo: true, needsEvidence: true } },
      [2, 0, ['document']],
    ],
    [
      'all of it, the strictest first',
      { sumReportingMinor: 5_000_000n, isHigh: true, verdict: bank, afterRejection: true },
      [2, 1, ['from_lead', 'high', 'mark_paid', 'document', 'after_rejection']],
    ],
  ])('%s', (_name, given, [needed, leads, rules]) => {
    expect(decide(given)).toMatchObject({ needed, leads, rules });
  });

  test('the sum is kept as it was counted', () => {
    expect(decide({ others: 3 })).toMatchObject({ sumReportingMinor: '99999', others: 3 });
    expect(decide({ sumReportingMinor: null })).toMatchObject({ sumReportingMinor: null });
  });
});

describe('the stricter holds', () => {
  test('of a small one and one that needs a lead', () => {
    const [small, top] = [decide({ others: 2 }), decide({ sumReportingMinor: 1_000_000n, isHigh: true })];
    const both = {
      needed: 2,
      leads: 1,
      rules: ['from_lead', 'high'],
      sumReportingMinor: '1000000',
      others: 2,
    };
    expect(stricter(small, top)).toEqual(both);
    expect(stricter(top, small)).toEqual(both);
  });

  test('of a rate that was lost', () => {
    const lost = stricter(decide({ sumReportingMinor: 100_000n }), decide({ sumReportingMinor: null }));
    expect(lost).toMatchObject({ needed: 2, leads: 1, rules: ['no_rate'], sumReportingMinor: null });
  });

  test('of what another version of the app called for', () => {
    expect(stricter({ ...decide(), needed: 2, leads: 1 }, decide())).toMatchObject({ needed: 2, leads: 1 });
  });
});

test('what is under way counts together, and what was done in the last day', () => {
  const words = OVERRIDE_STATES.filter((state) => countsTogether({ state, overAt: NOW }, NOW, 24));
  expect(words).toEqual(['open', 'void', 'approved', 'executing', 'executed']);
});

test('a sum with an amount of no rate has none', () => {
  expect(sumStakes(1n, [2n, 3n])).toBe(6n);
  expect(sumStakes(1n, [2n, null])).toBeNull();
  expect(sumStakes(null, [])).toBeNull();
});

describe('votes', () => {
  const lapsedAt = NOW;
  test.each<[string, ReturnType<typeof vote>[], ReturnType<typeof quorum>, object]>([
    ['none', [], quorum(1), { approvals: 0, reached: false, missing: { people: 1, leads: 0 } }],
    ['one of one', [vote('m1')], quorum(1), { approvals: 1, reached: true }],
    [
      'one of two',
      [vote('m1')],
      quorum(2),
      { approvals: 1, reached: false, missing: { people: 1, leads: 0 } },
    ],
    ['two of two', [vote('m1'), vote('m2')], quorum(2), { approvals: 2, leads: 0, reached: true }],
    ['a lead for a manager', [vote('l1'), vote('l2')], quorum(2), { approvals: 2, leads: 2, reached: true }],
    [
      'no lead where one is needed',
      [vote('m1'), vote('m2')],
      quorum(2, 1),
      { approvals: 2, reached: false, missing: { people: 1, leads: 1 } },
    ],
    ['a lead and a manager', [vote('m1'), vote('l1')], quorum(2, 1), { leads: 1, reached: true }],
    ['what lapsed', [vote('m1'), vote('m2', { lapsedAt })], quorum(2), { approvals: 1, reached: false }],
    [
      'a rejection',
      [vote('m1'), vote('m2', { vote: 'reject' })],
      quorum(2),
      { approvals: 1, reached: false },
    ],
    [
      'one seat twice',
      [vote('l1'), vote('d1', { seat: 'l1', role: 'leads' })],
      quorum(2, 1),
      { approvals: 1, leads: 1, reached: false },
    ],
    [
      'one person twice',
      [vote('m1'), vote('m1', { seat: 'l1' })],
      quorum(2),
      { approvals: 1, reached: false },
    ],
    [
      'one account under two keys',
      [vote('m1'), vote('m1', { personKey: 'm9', seat: 'm9' })],
      quorum(2),
      { approvals: 1, reached: false },
    ],
    [
      'a deputy on the seat of another',
      [vote('m1'), vote('d1', { seat: 'l1', role: 'leads' })],
      quorum(2, 1),
      { approvals: 2, leads: 1, reached: true },
    ],
  ])('%s', (_name, votes, needs, count) => {
    expect(countVotes(votes, needs)).toMatchObject(count);
    expect(countVotes(votes.toReversed(), needs).reached).toBe(countVotes(votes, needs).reached);
  });
});
