import { describe, expect, test } from 'vitest';
import { beneficiariesOf, canReach, decideEligible, eligibleNow } from '../../src/overrides/eligibility.ts';
import {
  at,
  DAY,
  eligibility,
  holders,
  id,
  PEOPLE,
  quorum,
  smallPolicy,
  vote,
  withDeputy,
} from './rules-ground.ts';

type Voter = Parameters<typeof eligibility>[0];
type Given = Parameters<typeof eligibility>[1];

const people = (text: string) => ({ policy: smallPolicy({ people: text }) });
const DEPUTY = people(withDeputy('l1', 'd1', '2026-01-10', '2026-01-20'));
const d1: Voter = { name: 'd1', roles: ['ops'] };
const lead: Voter = { name: 'l1', roles: ['leads'] };
const ok = (role: 'managers' | 'leads', seat: string) => ({ ok: true, role, seat });
const no = (why: Extract<ReturnType<typeof decideEligible>, { ok: false }>['why']) => ({ ok: false, why });

test.each<[string, Voter, Given, object]>([
  ['a manager votes on their own seat', { name: 'm1' }, {}, ok('managers', 'm1')],
  ['a lead votes as a lead', lead, {}, ok('leads', 'l1')],
  ['who is both votes as a lead', { name: 'l1', roles: ['managers', 'leads'] }, {}, ok('leads', 'l1')],
  ['ops alone never', { name: 'd1', roles: ['ops', 'sre', 'security'] }, {}, no('not_eligible')],
  ['who asked never', { name: 'ops1', roles: ['leads'] }, {}, no('requester')],
  ['nor by another id of theirs', { name: 'alt', key: 'ops1', roles: ['leads'] }, {}, no('requester')],
  [
    'nor when the policy names both ids only now',
    { name: 'alt', roles: ['leads'], key: 'boss' },
    { ...people('{ boss: { slack: [UALT, UOPS1] } }'), requester: { userId: id('ops1'), key: 'UOPS1' } },
    no('requester'),
  ],
  ['the beneficiary never', { name: 'm1' }, { beneficiaryKeys: ['m1'] }, no('beneficiary')],
  [
    'nor by an id under an older key',
    { name: 'm1', key: 'UM1' },
    { beneficiaryKeys: ['m1'] },
    no('beneficiary'),
  ],
  ['a role of after the opening', { name: 'm1' }, { opening: at(holders(['m2'])) }, no('role_new')],
  ['a role lost since', { name: 'm1', roles: ['ops'] }, {}, no('not_eligible')],
  [
    'a lead of since then counts as the manager they were',
    { name: 'm1', roles: ['leads'] },
    {},
    ok('managers', 'm1'),
  ],
  ['a lead who is but a manager now', { name: 'l1', roles: ['managers'] }, {}, ok('managers', 'l1')],
  [
    'roles that could not be read',
    { name: 'd1', roles: ['ops'], groupsUnread: true },
    {},
    no('roles_unread'),
  ],
  ['holders that were never read', { name: 'm1' }, { opening: at(null) }, no('roles_unread')],
  ['empty lists allow nobody', { name: 'm1' }, { opening: at(holders([])) }, no('role_new')],
  ['a deputy on the seat of whom they stand in for', d1, DEPUTY, ok('leads', 'l1')],
  ['a deputy whose principal could not be read', d1, { ...DEPUTY, now: at(null) }, no('roles_unread')],
  ['a deputy of nobody who may', d1, { ...DEPUTY, now: at(holders(['m1'])) }, no('not_eligible')],
  ['a deputy of who may only since', d1, { ...DEPUTY, opening: at(holders(['m1'])) }, no('role_new')],
  ['a deputy without any role', { name: 'd1', roles: [] }, DEPUTY, no('not_eligible')],
  [
    'a deputy only since the opening',
    d1,
    { ...DEPUTY, opening: at(holders([], ['l1']), '2026-01-09') },
    no('role_new'),
  ],
  [
    'a deputy until yesterday',
    d1,
    { ...DEPUTY, now: at(holders([], ['l1']), '2026-01-21') },
    no('not_eligible'),
  ],
  [
    'a deputy of the requester',
    d1,
    { ...DEPUTY, requester: { userId: id('l1'), key: 'l1' } },
    no('not_eligible'),
  ],
  ['a deputy of the beneficiary', d1, { ...DEPUTY, beneficiaryKeys: ['l1'] }, no('not_eligible')],
  [
    'a manager who is a deputy keeps to their own seat',
    { name: 'm1' },
    people(withDeputy('l1', 'm1', DAY)),
    ok('managers', 'm1'),
  ],
  [
    'unless a lead is wanted',
    { name: 'm1' },
    { ...people(withDeputy('l1', 'm1', DAY)), wanted: new Set(['leads']) },
    ok('leads', 'l1'),
  ],
  [
    'and that lead has not voted',
    { name: 'm1' },
    { ...people(withDeputy('l1', 'm1', DAY)), wanted: new Set(['leads']), votes: [vote('l1')] },
    ok('managers', 'm1'),
  ],
  ['a seat that is taken', d1, { ...DEPUTY, votes: [vote('l1')] }, { ...no('seat_taken'), by: id('l1') }],
  [
    'a seat that their deputy took',
    lead,
    { ...DEPUTY, votes: [vote('d1', { seat: 'l1', role: 'leads' })] },
    { ...no('seat_taken'), by: id('d1') },
  ],
  [
    'a seat whose vote lapsed is free',
    d1,
    { ...DEPUTY, votes: [vote('l1', { lapsedAt: new Date(0) })] },
    ok('leads', 'l1'),
  ],
  ['their own vote is no bar', { name: 'm1' }, { votes: [vote('m1')] }, ok('managers', 'm1')],
  [
    'a second id of theirs that voted before the policy knew',
    { name: 'm1' },
    { ...people('{ m1: { slack: [UM1, UALT] } }'), votes: [vote('alt')] },
    { ...no('seat_taken'), by: id('alt') },
  ],
  [
    'to reject no free seat is needed',
    lead,
    { ...DEPUTY, vote: 'reject', votes: [vote('d1', { seat: 'l1' })] },
    ok('leads', 'l1'),
  ],
  [
    'who asked rejects nothing either',
    { name: 'ops1', roles: ['leads'] },
    { vote: 'reject' },
    no('requester'),
  ],
  [
    'people whom the policy knows by name',
    { name: 'x9', key: 'chief', roles: ['leads'] },
    {
      ...people('{ chief: { slack: ["@Chief"] } }'),
      names: new Map([[id('x9'), 'chief']]),
      opening: at(holders([], ['x9'])),
    },
    ok('leads', 'chief'),
  ],
])('%s', (_name, voter, given, outcome) => {
  expect(decideEligible(eligibility(voter, given))).toEqual(outcome);
});

describe('who could approve', () => {
  type About = Parameters<typeof eligibleNow>[3];
  const list = (
    text: string,
    about: Partial<About> = {},
    held = holders(['m1', 'm2'], ['l1']),
    names = new Map(),
  ) =>
    eligibleNow(smallPolicy({ people: text }), held, names, {
      requesterKey: 'ops1',
      beneficiaryKeys: [],
      day: DAY,
      ...about,
    });

  test('each person once, leads among them', () => {
    const twice = PEOPLE.replace('[UM1]', '[UM1, UM9]');
    expect(list(twice, {}, holders(['m1', 'm9', 'l1'], ['l1']))).toMatchObject({
      userIds: [id('l1'), id('m1')],
      leadIds: [id('l1')],
      seats: 2,
      leadSeats: 1,
    });
  });

  test('neither who asked nor whose account it is, nor their deputies', () => {
    const about = { requesterKey: 'l1', beneficiaryKeys: ['m1'] };
    expect(list(withDeputy('l1', 'd1', DAY), about)).toMatchObject({
      userIds: [id('m2')],
      leadIds: [],
      seats: 1,
      leadSeats: 0,
    });
  });

  test('deputies are told of and add no seat', () => {
    const deputies = withDeputy('l1', 'd1', DAY);
    const both = { userIds: [id('d1'), id('l1'), id('m1'), id('m2')], leadIds: [id('d1'), id('l1')] };
    expect(list(deputies)).toMatchObject({ ...both, seats: 3, leadSeats: 1 });
    expect(list(deputies, { inApp: new Set() }).userIds).not.toContain(id('d1'));
    expect(list(deputies, { day: '2026-01-16' }).userIds).not.toContain(id('d1'));
  });

  test('a deputy whom the policy knows by name', () => {
    const named = withDeputy('l1', 'd1', DAY).replace('[UD1]', '["@dep"]');
    expect(list(named).leadIds).toEqual([id('l1')]);
    expect(list(named, {}, holders([], ['l1']), new Map([[id('d7'), 'dep']])).leadIds).toEqual([
      id('d7'),
      id('l1'),
    ]);
  });

  test('only who could as it was opened', () => {
    const opening = { holders: holders(['l1', 'm1']), day: '2026-01-14' };
    const since = list(withDeputy('l1', 'd1', DAY), { opening });
    expect(since).toMatchObject({ userIds: [id('l1'), id('m1')], leadIds: [], seats: 2, leadSeats: 0 });
  });

  test('enough of them, or not', () => {
    expect(canReach(quorum(2, 1), { seats: 2, leadSeats: 1 })).toBe(true);
    expect(canReach(quorum(2, 1), { seats: 3, leadSeats: 0 })).toBe(false);
    expect(canReach(quorum(1), { seats: 0, leadSeats: 0 })).toBe(false);
    expect(canReach(quorum(2), { seats: 1, leadSeats: 1 })).toBe(false);
  });
});

test('whose account it is, by tenant and account', () => {
  const account = (tenant: string) => `accounts: [{ tenant: ${tenant}, account: acc1 }]`;
  const policy = smallPolicy({
    people: `{ m1: { slack: [UM1], ${account('anadolu')} }, m2: { slack: [UM2], ${account('bosphorus')} } }`,
  });
  expect(beneficiariesOf(policy, { tenantId: 'anadolu', accountId: 'acc1' })).toEqual(['m1']);
  expect(beneficiariesOf(policy, { tenantId: 'anadolu', accountId: 'acc2' })).toEqual([]);
  expect(beneficiariesOf(policy, { tenantId: 'anadolu', accountId: null })).toEqual([]);
});
