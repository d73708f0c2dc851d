import { describe, expect, test } from 'vitest';
import { canReach, decideEligible, eligibleNow } from '../../src/overrides/eligibility.ts';
import { countVotes, decideQuorum, extensionQuorum } from '../../src/overrides/quorum.ts';
import type { ApproverRole, Holders, Vote } from '../../src/overrides/types.ts';
import type { Role } from '../../src/policy/people.ts';
import { at, DAY, eligibility, id, PEOPLE, smallPolicy, vote, withDeputy } from './rules-ground.ts';

const FIRST = extensionQuorum(0);
const SECOND = extensionQuorum(1);

/** s1, s2 are of security; b1 is a lead and of security. */
const HELD: Holders = {
  managers: ['m1', 'm2'].map(id),
  leads: ['l1', 'l2', 'b1'].map(id),
  security: ['s1', 's2', 'b1'].map(id),
};

const as = (name: string, role: ApproverRole, given: Partial<Vote> = {}) => vote(name, { role, ...given });
const m1 = as('m1', 'managers');
const m2 = as('m2', 'managers');
const l1 = as('l1', 'leads');
const l2 = as('l2', 'leads');
const s1 = as('s1', 'security');
const s2 = as('s2', 'security');
const lapsed = { lapsedAt: new Date(0) };

describe('the votes of', () => {
  test.each<[string, Vote[], boolean, boolean]>([
    ['security and a manager', [s1, m1], true, false],
    ['security and a lead', [s1, l1], true, true],
    ['a manager and a lead', [m1, l1], false, false],
    ['two managers', [m1, m2], false, false],
    ['two leads', [l1, l2], false, false],
    ['two of security', [s1, s2], true, false],
    ['one of security', [s1], false, false],
    ['nobody', [], false, false],
    ['two of security and a lead', [s1, s2, l1], true, true],
    ['two managers, a lead and security', [m1, m2, l1, s1], true, true],
    ['one person twice', [s1, as('s1', 'leads')], false, false],
    ['one person by another account', [s1, as('s1', 'leads', { userId: id('alt') })], false, false],
    ['a principal and their deputy', [s1, as('d1', 'leads', { seat: 's1' })], false, false],
    ['security, lapsed, and a lead', [as('s1', 'security', lapsed), l1], false, false],
    ['security and a lead, lapsed', [s1, as('l1', 'leads', lapsed)], false, false],
    ['security, and a no', [s1, as('l1', 'leads', { vote: 'reject' })], false, false],
  ])('%s', (_who, votes, first, second) => {
    expect([countVotes(votes, FIRST).reached, countVotes(votes, SECOND).reached]).toEqual([first, second]);
  });

  test.each<[string, Vote[], object, object]>([
    ['nobody', [], { people: 2, leads: 0, security: 1 }, { people: 2, leads: 1, security: 1 }],
    ['a manager', [m1], { people: 1, leads: 0, security: 1 }, { people: 2, leads: 1, security: 1 }],
    ['a lead', [l1], { people: 1, leads: 0, security: 1 }, { people: 1, leads: 0, security: 1 }],
    ['security', [s1], { people: 1, leads: 0, security: 0 }, { people: 1, leads: 1, security: 0 }],
    ['two of security', [s1, s2], { people: 0, leads: 0, security: 0 }, { people: 1, leads: 1, security: 0 }],
    ['two leads', [l1, l2], { people: 1, leads: 0, security: 1 }, { people: 1, leads: 0, security: 1 }],
  ])('%s leave this missing', (_who, votes, first, second) => {
    expect(countVotes(votes, FIRST).missing).toEqual(first);
    expect(countVotes(votes, SECOND).missing).toEqual(second);
  });
});

test('the rules that are told', () => {
  expect(FIRST).toMatchObject({ needed: 2, leads: 0, security: 1, rules: ['extension'] });
  expect(SECOND).toMatchObject({ needed: 2, leads: 1, security: 1, rules: ['extension', 'extended_before'] });
});

type Given = Parameters<typeof eligibility>[1];
interface Voter {
  name: string;
  key?: string;
  roles?: Role[];
}

const judge = ({ name, key, roles = [] }: Voter, given: Given = {}) =>
  decideEligible(
    eligibility(key === undefined ? { name, roles } : { name, key, roles }, {
      policy: smallPolicy({ people: PEOPLE }),
      opening: at(HELD),
      now: at(HELD),
      beneficiaryKeys: ['owner1', 'deputy1'],
      withSecurity: true,
      ...given,
    }),
  );
const ok = (role: ApproverRole, seat: string) => ({ ok: true, role, seat });
const no = (why: string) => ({ ok: false, why });
const SECURITY: Role[] = ['security'];
const BOTH: Role[] = ['leads', 'security'];
const people = (text: string) => ({ policy: smallPolicy({ people: text }) });
/** d1 of ops stands in for s1, of security, for one day. */
const DEPUTY = people(
  `{ s1: { slack: [US1], deputies: [{ person: d1, from: ${DAY}, to: ${DAY} }] }, d1: { slack: [UD1] } }`,
);
const s1Gone: Holders = { ...HELD, security: [id('s2')] };

describe('who may vote', () => {
  test.each<[string, Voter, Given, object]>([
    ['somebody of security', { name: 's1', roles: SECURITY }, {}, ok('security', 's1')],
    ['a manager', { name: 'm1', roles: ['managers'] }, {}, ok('managers', 'm1')],
    ['a lead', { name: 'l1', roles: ['leads'] }, {}, ok('leads', 'l1')],
    ['neither ops nor sre', { name: 'o2', roles: ['ops', 'sre'] }, {}, no('not_eligible')],
    ['nobody without a role', { name: 'x1' }, {}, no('not_eligible')],
    ['not who asked', { name: 'ops1', roles: SECURITY }, {}, no('requester')],
    ['not by their other account', { name: 'alt', key: 'ops1', roles: SECURITY }, {}, no('requester')],
    ['not the owner', { name: 'o1', key: 'owner1', roles: SECURITY }, {}, no('beneficiary')],
    ['not the deputy', { name: 'e1', key: 'deputy1', roles: BOTH }, {}, no('beneficiary')],
    [
      'not whoever stands in for the owner',
      { name: 'd1', roles: ['ops'] },
      {
        ...people(
          `{ owner1: { slack: [US1], deputies: [{ person: d1, from: ${DAY}, to: ${DAY} }] }, d1: { slack: [UD1] } }`,
        ),
      },
      no('not_eligible'),
    ],
    ['a deputy of security, for them', { name: 'd1', roles: ['ops'] }, DEPUTY, ok('security', 's1')],
    ['a deputy without a role', { name: 'd1' }, DEPUTY, no('not_eligible')],
    [
      'a deputy who is one no more',
      { name: 'd1', roles: ['ops'] },
      { ...DEPUTY, now: at(HELD, '2026-01-16') },
      no('not_eligible'),
    ],
    [
      'no deputy of since the opening',
      { name: 'd1', roles: ['ops'] },
      { ...DEPUTY, opening: at(HELD, '2026-01-14') },
      no('role_new'),
    ],
    [
      'security whose deputy voted',
      { name: 's1', roles: SECURITY },
      { ...DEPUTY, votes: [as('d1', 'security', { seat: 's1' })] },
      { ...no('seat_taken'), by: id('d1') },
    ],
    [
      'security of since the opening',
      { name: 's1', roles: SECURITY },
      { opening: at(s1Gone) },
      no('role_new'),
    ],
    ['security no more', { name: 's1' }, {}, no('not_eligible')],
    [
      'security as it was opened without any',
      { name: 's1', roles: SECURITY },
      { opening: at({ managers: [], leads: [] }) },
      no('role_new'),
    ],
    [
      'who is both, for security, where that is wanted',
      { name: 'b1', roles: BOTH },
      { wanted: new Set(['security']) },
      ok('security', 'b1'),
    ],
    [
      'who is both, as a lead, where that is wanted',
      { name: 'b1', roles: BOTH },
      { wanted: new Set(['leads']) },
      ok('leads', 'b1'),
    ],
    [
      'who was but a lead as it was opened, as that',
      { name: 'b1', roles: BOTH },
      { opening: at({ ...HELD, security: [] }), wanted: new Set(['security']) },
      ok('leads', 'b1'),
    ],
    [
      'a lead who stands in for security, where that is wanted',
      { name: 'l1', roles: ['leads'] },
      {
        ...people(
          `{ s1: { slack: [US1], deputies: [{ person: l1, from: ${DAY}, to: ${DAY} }] }, l1: { slack: [UL1] } }`,
        ),
        wanted: new Set(['security']),
      },
      ok('security', 's1'),
    ],
  ])('%s', (_who, voter, given, outcome) => {
    expect(judge(voter, given)).toEqual(outcome);
  });

  test.each<[string, Partial<Holders>, ApproverRole]>([
    ['as security where others are leads only', { security: ['b1'].map(id) }, 'security'],
    ['as a lead where others are security only', { leads: ['b1'].map(id) }, 'leads'],
  ])('who is both, wanted as both, %s', (_when, held, role) => {
    const holders = at({ ...HELD, ...held });
    const wanted = new Set(['leads', 'security'] as const);
    expect(judge({ name: 'b1', roles: BOTH }, { opening: holders, now: holders, wanted })).toEqual(
      ok(role, 'b1'),
    );
  });
});

describe('of a payout', () => {
  const quorum = decideQuorum(
    {
      sumReportingMinor: 10_000_00n,
      others: 0,
      isHigh: true,
      verdict: { target: 'mark_paid', needsTwo: true, needsEvidence: true },
      afterRejection: true,
    },
    { twoFromMinor: 1_000_00n, leadFromMinor: 10_000_00n },
  );

  test('no quorum asks for security', () => {
    expect(quorum).not.toHaveProperty('security');
    expect(countVotes([m1], quorum).missing).not.toHaveProperty('security');
  });

  test.each<[string, Voter, object]>([
    ['security never votes', { name: 's1', roles: SECURITY }, no('not_eligible')],
    ['who is both votes as a lead', { name: 'b1', roles: BOTH }, ok('leads', 'b1')],
    ['nor does their deputy', { name: 'd1', roles: ['ops'] }, no('not_eligible')],
  ])('%s', (_what, voter, outcome) => {
    const { withSecurity: _, ...given } = { withSecurity: false, ...DEPUTY };
    expect(
      decideEligible(eligibility(voter as never, { ...given, opening: at(HELD), now: at(HELD) })),
    ).toEqual(outcome);
  });

  test('security is not among those who could', () => {
    const about = { requesterKey: 'ops1', beneficiaryKeys: [], day: DAY };
    const eligible = eligibleNow(smallPolicy({ people: PEOPLE }), HELD, new Map(), about);
    expect(eligible).toMatchObject({ seats: 5, securityIds: [], securitySeats: 0 });
    expect(eligible.userIds).not.toContain(id('s1'));
  });
});

describe('could it be reached', () => {
  const reach = (held: Partial<Holders>, given: { barred?: string[]; people?: string } = {}) => {
    const holders = { managers: [], leads: [], security: [], ...held };
    const eligible = eligibleNow(smallPolicy({ people: given.people ?? PEOPLE }), holders, new Map(), {
      requesterKey: 'ops1',
      beneficiaryKeys: given.barred ?? [],
      day: DAY,
      withSecurity: true,
    });
    return [canReach(FIRST, eligible), canReach(SECOND, eligible)];
  };
  const [S1, S2, L1, M1, B1] = ['US1', 'US2', id('l1'), id('m1'), 'UB1'] as (typeof HELD.leads)[number][];

  test.each<[string, Partial<Holders>, boolean, boolean]>([
    ['by security and a manager', { security: [S1!], managers: [M1!] }, true, false],
    ['by security and a lead', { security: [S1!], leads: [L1!] }, true, true],
    ['by two of security', { security: [S1!, S2!] }, true, false],
    ['by leads and managers', { leads: [L1!], managers: [M1!] }, false, false],
    ['by one who is both', { security: [B1!], leads: [B1!] }, false, false],
    ['by one who is both and a manager', { security: [B1!], leads: [B1!], managers: [M1!] }, true, false],
    ['by one who is both and a lead', { security: [B1!], leads: [B1!, L1!] }, true, true],
    ['by one who is both and security', { security: [B1!, S1!], leads: [B1!] }, true, true],
    ['by nobody', {}, false, false],
  ])('%s', (_who, held, first, second) => {
    expect(reach(held)).toEqual([first, second]);
  });

  test('not by the owner or the deputy', () => {
    const held = { security: [S1!, S2!], leads: [L1!] };
    expect(reach(held, { barred: ['US1', 'US2'] })).toEqual([false, false]);
    expect(reach(held, { barred: ['US1'] })).toEqual([true, true]);
  });

  test('a deputy adds no seat', () => {
    const deputies = withDeputy('l1', 'd1', DAY);
    expect(reach({ leads: [L1!] }, { people: deputies })).toEqual([false, false]);
  });
});
