import { expect, test } from 'vitest';
import { canReach, decideEligible, eligibleNow } from '../../src/overrides/eligibility.ts';
import { isExpired, openingTimes } from '../../src/overrides/expiry.ts';
import { countVotes, stricter, tiersOf } from '../../src/overrides/quorum.ts';
import type { OverrideState, Quorum } from '../../src/overrides/types.ts';
import { needs, quorumOf, told, type Other } from './amounts.ts';
import {
  at,
  DAY,
  eligibility,
  holders,
  id,
  NOW,
  PEOPLE,
  smallPolicy,
  vote,
  withDeputy,
} from './rules-ground.ts';

/** The boundaries of domain.md section 6, each a case of its own. */
const HOUR_MS = 3_600_000;
const CALENDAR = '{ "2026": { holidays: [2026-04-23, 2026-04-24], half_days: [2026-04-22] } }';

/** Votes as their people would give them, one after the other; what comes of them under this quorum. */
function decided(names: string[], quorum: Quorum): string {
  const votes = names.map((name) => vote(name));
  return countVotes(votes, quorum).reached ? 'approved' : 'waits';
}

function mayVote(...given: Parameters<typeof eligibility>): string {
  const judged = decideEligible(eligibility(...given));
  return judged.ok ? `${judged.role} on ${judged.seat}` : judged.why;
}

/** Of a deputy of l1 for some days, asked for on one day and voted on another. */
function deputy(from: string, to: string, opened: string, voted = opened): string {
  const held = holders(['m1'], ['l1']);
  const policy = smallPolicy({ people: withDeputy('l1', 'd1', from, to) });
  return mayVote({ name: 'd1', roles: ['ops'] }, { policy, opening: at(held, opened), now: at(held, voted) });
}

/** When a version expires that opens at a moment with its zone; as UTC, to the minute. */
function expires(opened: string, zone = 'Europe/Istanbul'): string {
  const policy = smallPolicy({ zone, calendar: CALENDAR });
  return openingTimes(policy, policy.overrides, new Date(opened)).expiresAt.toISOString().slice(0, 16);
}

const nines = (count: number, state: OverrideState = 'open') =>
  Array.from({ length: count }, (): Other => ({ amount: '999', state }));
const fourNine = (agoMs: number): Other[] => [{ amount: '500', agoMs }];
const someone = smallPolicy({ people: PEOPLE });
const ops1Twice = smallPolicy({ people: PEOPLE.replace('[UOPS1]', '[UOPS1, UALT]') });
const m1Twice = smallPolicy({ people: PEOPLE.replace('[UM1]', '[UM1, UALT]') });
const strict = smallPolicy({ overrides: '{ two_from: "100", lead_from: "500" }' });
const lax = smallPolicy({ overrides: '{ two_from: "100000", lead_from: "1000000" }' });

const CASES: [string, () => unknown, unknown][] = [
  ['999.99 takes one', () => needs('999.99'), '1'],
  ['1,000 takes two', () => needs('1000.00'), '2'],
  ['9,999.99 takes two', () => needs('9999.99'), '2'],
  ['10,000 takes two, one a lead', () => needs('10000.00'), '2+lead'],
  ['nothing at all takes one', () => needs('0.00'), '1'],
  ['99,999 yen are under the first tier', () => needs('99999', { currency: 'JPY' }), '1'],
  ['100,000 yen are on it', () => needs('100000', { currency: 'JPY' }), '2'],
  ['307.692 dinars are on the first tier by rounding', () => needs('307.692', { currency: 'KWD' }), '2'],
  ['307.689 dinars are under it', () => needs('307.689', { currency: 'KWD' }), '1'],
  ['3,076.924 dinars are on the top tier', () => needs('3076.924', { currency: 'KWD' }), '2+lead'],
  ['39,999.60 lira are under the first tier', () => needs('39999.60', { currency: 'TRY' }), '1'],
  ['a currency of no rate takes the top tier', () => needs('1.00', { currency: 'EUR' }), '2+lead'],
  ['a currency that nobody knows too', () => needs('1.00', { currency: 'XYZ' }), '2+lead'],
  ['an amount that is none too', () => needs('1.005'), '2+lead'],
  [
    'tiers of a reporting currency without decimals',
    () => tiersOf(smallPolicy({ currency: 'JPY' })).twoFromMinor,
    1_000n,
  ],
  ['the smallest HIGH takes two', () => needs('0.01', { isHigh: true }), '2'],
  ['what was rejected takes two when asked again', () => needs('0.01', { again: true }), '2'],

  [
    'half and half, a second under a day apart, add up',
    () => needs('500', { others: fourNine(24 * HOUR_MS - 1_000) }),
    '2',
  ],
  ['exactly a day apart they still do', () => needs('500', { others: fourNine(24 * HOUR_MS) }), '2'],
  [
    'a second over a day apart they do not',
    () => needs('500', { others: fourNine(24 * HOUR_MS + 1_000) }),
    '1',
  ],
  ['an open one of any age adds up', () => needs('500', { others: [{ amount: '500', state: 'open' }] }), '2'],
  ['a void one does too', () => needs('500', { others: [{ amount: '500', state: 'void' }] }), '2'],
  [
    'a rejected one does not',
    () => needs('500', { others: [{ amount: '500', state: 'rejected', agoMs: 1 }] }),
    '1',
  ],
  [
    'one that failed does not',
    () => needs('500', { others: [{ amount: '500', state: 'failed', agoMs: 1 }] }),
    '1',
  ],
  [
    'one of no rate beside it takes the top tier',
    () => needs('1', { others: [{ amount: '1.001', state: 'open' }] }),
    '2+lead',
  ],
  ['the first of ten requests of 999 to one payee takes one', () => needs('999', { others: nines(0) }), '1'],
  ['the second takes two', () => needs('999', { others: nines(1) }), '2'],
  ['the tenth is 9,990 and takes two', () => needs('999', { others: nines(9) }), '2'],
  ['the eleventh takes a lead', () => needs('999', { others: nines(10, 'approved') }), '2+lead'],

  ['two leads approve 5,000', () => decided(['l1', 'l2'], quorumOf('5000')), 'approved'],
  ['one lead alone does not', () => decided(['l1'], quorumOf('5000')), 'waits'],
  ['two managers do not approve 10,000', () => decided(['m1', 'm2'], quorumOf('10000')), 'waits'],
  ['a third manager changes nothing', () => decided(['m1', 'm2', 'm3'], quorumOf('10000')), 'waits'],
  ['a manager and a lead do', () => decided(['m1', 'l1'], quorumOf('10000')), 'approved'],
  ['one lead approves 999.99', () => decided(['l1'], quorumOf('999.99')), 'approved'],
  ['10,000 where nobody is a lead is out of reach', () => reachable('10000', holders(['m1', 'm2'])), false],
  ['1,000 with two managers is in reach', () => reachable('1000', holders(['m1', 'm2'])), true],
  ['1,000 with one who is not the requester is not', () => reachable('1000', holders(['ops1', 'm1'])), false],
  ['nothing is in reach of an empty list', () => reachable('1', holders([])), false],
  [
    'an empty list lets nobody vote',
    () => mayVote({ name: 'd1', roles: ['ops'] }, { opening: at(holders([])), now: at(holders([])) }),
    'not_eligible',
  ],

  ['the requester never votes', () => mayVote({ name: 'ops1' }, { policy: someone }), 'requester'],
  ['nor with a second id', () => mayVote({ name: 'alt', key: 'ops1' }, { policy: ops1Twice }), 'requester'],
  [
    'the beneficiary never votes',
    () => mayVote({ name: 'l2', roles: ['leads'] }, { beneficiaryKeys: ['l2'] }),
    'beneficiary',
  ],
  [
    'a second id of who voted is the same person',
    () => countVotes([vote('m1'), vote('alt', { personKey: 'm1', seat: 'm1' })], quorumOf('1000')).approvals,
    1,
  ],
  [
    'and of who voted before the policy knew',
    () =>
      mayVote(
        { name: 'alt', key: 'm1' },
        {
          policy: m1Twice,
          opening: at(holders(['m1', 'alt'])),
          votes: [vote('m1', { personKey: 'UM1', seat: 'UM1' })],
        },
      ),
    'seat_taken',
  ],

  ['a deputy from their first day on', () => deputy(DAY, '2026-01-20', DAY), 'leads on l1'],
  ['a deputy on their last day', () => deputy('2026-01-10', DAY, DAY), 'leads on l1'],
  ['not on the day before', () => deputy('2026-01-16', '2026-01-20', DAY), 'not_eligible'],
  ['not on the day after', () => deputy('2026-01-10', DAY, DAY, '2026-01-16'), 'not_eligible'],
  [
    'not of what was opened before their first day',
    () => deputy(DAY, '2026-01-20', '2026-01-14', DAY),
    'role_new',
  ],
  [
    'a deputy of the requester lends nothing',
    () =>
      mayVote(
        { name: 'd1', roles: ['ops'] },
        {
          policy: smallPolicy({ people: withDeputy('l1', 'd1', DAY) }),
          requester: { userId: id('l1'), key: 'l1' },
        },
      ),
    'not_eligible',
  ],
  [
    'a deputy after their principal finds the seat taken',
    () =>
      mayVote(
        { name: 'd1', roles: ['ops'] },
        { policy: smallPolicy({ people: withDeputy('l1', 'd1', DAY) }), votes: [vote('l1')] },
      ),
    'seat_taken',
  ],

  ['Thursday 09:00 expires at 13:00', () => expires('2026-01-15T09:00+03:00'), '2026-01-15T10:00'],
  [
    'Thursday 14:00 expires at the end of the day',
    () => expires('2026-01-15T14:00+03:00'),
    '2026-01-15T15:00',
  ],
  ['Friday 17:00 expires on Monday at noon', () => expires('2026-01-16T17:00+03:00'), '2026-01-19T09:00'],
  ['Friday 18:00 expires on Monday at 13:00', () => expires('2026-01-16T18:00+03:00'), '2026-01-19T10:00'],
  ['at night time stands still', () => expires('2026-01-15T03:00+03:00'), '2026-01-15T10:00'],
  ['on Sunday too', () => expires('2026-01-18T12:00+03:00'), '2026-01-19T10:00'],
  [
    'a half day ends at 13:00, and two holidays and a weekend follow',
    () => expires('2026-04-22T12:00+03:00'),
    '2026-04-27T09:00',
  ],
  [
    'what opens on a holiday waits for the next working day',
    () => expires('2026-04-23T12:00+03:00'),
    '2026-04-27T10:00',
  ],
  [
    'in Berlin, over the night into summer time',
    () => expires('2026-03-27T17:00+01:00', 'Europe/Berlin'),
    '2026-03-30T10:00',
  ],
  [
    'in Berlin, over the night into winter time',
    () => expires('2026-10-23T17:00+02:00', 'Europe/Berlin'),
    '2026-10-26T11:00',
  ],
  [
    'it is open a millisecond before',
    () => isExpired({ expiresAt: NOW }, new Date(NOW.getTime() - 1)),
    false,
  ],
  ['it is over at the moment itself', () => isExpired({ expiresAt: NOW }, NOW), true],

  [
    'a stricter policy of now holds',
    () => told(stricter(quorumOf('500'), quorumOf('500', { policy: strict }))),
    '2+lead',
  ],
  [
    'a laxer one does not',
    () => told(stricter(quorumOf('10000'), quorumOf('10000', { policy: lax }))),
    '2+lead',
  ],
  [
    'a sum that grew meanwhile counts',
    () => told(stricter(quorumOf('999'), quorumOf('999', { others: nines(1) }))),
    '2',
  ],
  [
    'one that shrank does not',
    () => told(stricter(quorumOf('999', { others: nines(1) }), quorumOf('999'))),
    '2',
  ],
];

function reachable(amount: string, held: ReturnType<typeof holders>): boolean {
  const about = { requesterKey: 'ops1', beneficiaryKeys: [], day: DAY };
  return canReach(quorumOf(amount), eligibleNow(someone, held, new Map(), about));
}

test.each(CASES)('%s', (_name, actual, expected) => {
  expect(actual()).toEqual(expected);
});

test('there are at least forty of them, each named once', () => {
  expect(new Set(CASES.map(([name]) => name)).size).toBe(CASES.length);
  expect(CASES.length).toBeGreaterThanOrEqual(40);
});
