import { describe, expect, test } from 'vitest';
import { decideIdentity, localeFrom, type Evidence } from '../../src/people/rules.ts';
import { parsePolicy } from '../../src/policy.ts';
import type { SlackUser } from '../../src/ports.ts';
import { clicker, EXAMPLE, idOf, TEAM } from './cast.ts';

const GROUPS = parsePolicy(EXAMPLE);
const LISTS = parsePolicy(
  EXAMPLE.replace('{ groups: [finance-ops] }', '{ users: [ops1, U0000OPS2X] }').replaceAll(
    /\{ groups: \[[\w-]+\] \}/g,
    '{ users: [somebody] }',
  ),
);
const MIXED = parsePolicy(
  EXAMPLE.replace('{ groups: [finance-ops] }', '{ groups: ["@Finance-Ops"], users: ["@Ops1"] }'),
);

const USER: SlackUser = {
  id: idOf('ops1'),
  teamId: TEAM,
  name: 'ops1',
  realName: 'Defne Aydın',
  locale: 'tr-TR',
  timeZone: 'Europe/Istanbul',
  isDeleted: false,
  isGuest: false,
  isStranger: false,
  isBot: false,
};

const OPS = [{ id: 'S0OPS', handle: 'finance-ops' }];
const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  clicker: clicker('ops1'),
  ourTeamId: TEAM,
  user: USER,
  memberOf: OPS,
  names: new Map(),
  ...change,
});

test('somebody in a group of the policy holds its role', () => {
  expect(decideIdentity(GROUPS, evidence())).toEqual({
    ok: true,
    person: { userId: USER.id, key: 'ops1', name: 'Defne Aydın', locale: 'tr', roles: new Set(['ops']) },
  });
});

test('somebody without a role is known all the same', () => {
  const known = { userId: USER.id, key: 'ops1', roles: new Set() };
  expect(decideIdentity(GROUPS, evidence({ memberOf: [] }))).toMatchObject({ why: 'no_role', member: known });
  for (const user of ['isGuest', 'isBot', 'isDeleted', 'isStranger'] as const) {
    const refused = decideIdentity(GROUPS, evidence({ memberOf: [], user: { ...USER, [user]: true } }));
    expect(refused).not.toHaveProperty('member');
  }
  expect(decideIdentity(GROUPS, evidence({ memberOf: 'unreadable' }))).not.toHaveProperty('member');
});

test.each<[string, Partial<Evidence>, string]>([
  ['a payload of another team', { clicker: clicker('ops1', 'T0OTHER') }, 'stranger'],
  ['an id that does not exist', { user: 'nobody' }, 'stranger'],
  ['a user of another team', { user: { ...USER, teamId: 'T0OTHER' } }, 'stranger'],
  [
    'a user of another team, ours unknown',
    { ourTeamId: '', user: { ...USER, teamId: 'T0OTHER' } },
    'stranger',
  ],
  ['a stranger by their own mark', { user: { ...USER, isStranger: true } }, 'stranger'],
  ['a bot', { user: { ...USER, isBot: true } }, 'bot'],
  ['somebody deactivated', { user: { ...USER, isDeleted: true } }, 'deactivated'],
  ['a guest, even in the group', { user: { ...USER, isGuest: true } }, 'guest'],
  ['nobody of the groups', { memberOf: [{ id: 'S1', handle: 'lunch' }] }, 'no_role'],
  ['no group at all', { memberOf: [] }, 'no_role'],
  ['unreadable groups', { memberOf: 'unreadable' }, 'unreadable'],
  ['an unreadable user, even in the group', { user: 'unreadable' }, 'unreadable'],
  [
    'a guest while the groups are unreadable',
    { user: { ...USER, isGuest: true }, memberOf: 'unreadable' },
    'guest',
  ],
])('%s is refused', (_who, change, why) => {
  expect(decideIdentity(GROUPS, evidence(change))).toMatchObject({ ok: false, why });
});

describe('a policy that lists users', () => {
  const roles = (policy: typeof LISTS, change: Partial<Evidence>) => {
    const who = decideIdentity(policy, evidence(change));
    return who.ok ? [...who.person.roles] : who.why;
  };
  const named = (name: string, id = idOf('ops1')) => ({ ...USER, id, name });

  test.each<[string, Partial<Evidence>, unknown]>([
    ['a name is held by its owner', {}, ['ops']],
    ['a name nobody has looked up counts by users.info', { names: new Map([['ops1', []]]) }, ['ops']],
    ['a name of one other is not held', { names: new Map([['ops1', ['U0OTHER']]]) }, 'no_role'],
    ['a name of two is held by none', { names: new Map([['ops1', [USER.id, 'U0OTHER']]]) }, 'no_role'],
    ['an id is held under any name', { user: named('renamed', 'U0000OPS2X' as never) }, ['ops']],
    ['somebody renamed holds nothing', { user: named('renamed') }, 'no_role'],
    ['a display name is no name', { user: { ...named('eve'), realName: 'ops1' } }, 'no_role'],
    ['no group is asked for', { memberOf: 'unreadable' }, ['ops']],
  ])('%s', (_what, change, held) => {
    expect(roles(LISTS, change)).toEqual(held);
  });

  test('and groups: unreadable groups leave the lists', () => {
    const who = decideIdentity(MIXED, evidence({ memberOf: 'unreadable' }));
    expect(who).toMatchObject({ ok: true, person: { roles: new Set(['ops']), groupsUnread: true } });
    expect(roles(MIXED, { user: named('eve'), memberOf: 'unreadable' })).toBe('unreadable');
    expect(roles(MIXED, { user: named('eve') })).toEqual(['ops']);
  });
});

test.each([
  ['tr-TR', 'tr'],
  ['tr', 'tr'],
  ['TR', 'tr'],
  ['en-US', 'en'],
  ['trv-TW', 'en'],
  [null, 'en'],
] as const)('%s reads %s', (tag, locale) => {
  expect(localeFrom(tag)).toBe(locale);
});
