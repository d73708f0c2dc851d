import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { makeSlackDirectory } from '../../src/adapters/slack-directory.ts';
import { askWhoThereIs, diagnoseRoles, type WhoThereIs } from '../../src/doctor/roles.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy } from '../../src/policy.ts';
import type { SlackUser } from '../../src/ports.ts';
import { BOT_TOKEN, openWorkspace } from '../workspace/open-workspace.ts';

const EXAMPLE = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
const NAMES = ['ops1', 'ops2', 'manager1', 'manager2', 'lead1', 'lead2', 'owner1', 'sre1', 'sec1'];

const user = (name: string, change: Partial<SlackUser> = {}): SlackUser => ({
  id: `U0${name.toUpperCase()}`,
  teamId: 'T1',
  name,
  realName: name,
  locale: null,
  timeZone: null,
  isDeleted: false,
  isGuest: false,
  isStranger: false,
  isBot: false,
  ...change,
});
const group = (handle: string, ...names: string[]) => ({
  id: `S0${handle}`,
  handle,
  userIds: names.map((name) => `U0${name.toUpperCase()}`),
});
const THERE = {
  users: NAMES.map((name) => user(name)),
  groups: [
    group('finance-ops', 'ops1', 'ops2'),
    group('finance-managers', 'manager1'),
    group('finance-leads', 'lead1'),
    group('sre', 'sre1'),
    group('security', 'sec1'),
  ],
} satisfies WhoThereIs;

const OPS = '{ groups: [finance-ops] }';
/** What the doctor says of an example policy whose role ops is this. */
const said = (ops: string, there: WhoThereIs = THERE) =>
  diagnoseRoles(parsePolicy(EXAMPLE.replace(OPS, ops)), there).map(({ state, text }) => `${state}: ${text}`);
const but = (change: Partial<SlackUser>, ...names: string[]): WhoThereIs => ({
  ...THERE,
  users: THERE.users.map((each) => (names.includes(each.name) ? { ...each, ...change } : each)),
});

describe('roles', () => {
  test('that somebody holds are well', () => {
    expect(said(OPS)).toEqual(['ok: every role is held']);
    expect(said('{ users: ["@Ops1", U0OPS2] }')).toEqual(['ok: every role is held']);
  });
  test('that name nobody are named', () => {
    expect(said('{}')).toEqual(['problem: nobody holds ops: give roles.ops groups or users']);
  });
  test('whose group is empty are named', () => {
    const groups = THERE.groups.map((each) => ({
      ...each,
      userIds: each.handle === 'sre' ? [] : each.userIds,
    }));
    expect(said(OPS, { ...THERE, groups })).toEqual([
      expect.stringMatching(/^problem: nobody .* holds sre:/),
    ]);
  });
  test.each(['isDeleted', 'isGuest', 'isBot', 'isStranger'])('held by the %s only are named', (mark) => {
    expect(said(OPS, but({ [mark]: true }, 'ops1', 'ops2'))).toEqual([
      expect.stringMatching(/^problem: nobody who may act holds ops/),
    ]);
    expect(said(OPS, but({ [mark]: true }, 'ops1'))).toEqual(['ok: every role is held']);
  });
  test('of a group that is not there are named', () => {
    expect(said('{ groups: [finance-opps], users: [ops1] }')).toEqual([
      'problem: roles.ops: there is no user group finance-opps',
    ]);
  });
  test.each<[string, Partial<SlackUser>, string]>([
    ['a guest', { isGuest: true }, 'a guest'],
    ['deactivated', { isDeleted: true }, 'deactivated'],
    ['an app', { isBot: true }, 'an app'],
  ])('of a listed user who is %s are named', (_what, change, why) => {
    expect(said('{ users: [ops1, ops2] }', but(change, 'ops1'))).toEqual([
      `problem: roles.ops: ops1 is ${why}`,
    ]);
  });
  test('of a listed user who is not there are named', () => {
    expect(said('{ users: [ops1, ops9] }')).toEqual(['problem: roles.ops: there is no user ops9']);
  });
  test('of a name that two have are named', () => {
    const users = [...THERE.users, user('ops1', { id: 'U0TWIN' })];
    expect(said('{ users: [ops1, ops2] }', { ...THERE, users })).toEqual([
      'problem: roles.ops: ops1 is the name of several people: give the id',
    ]);
  });
  test('by group, unreadable, are named with the reason', () => {
    const lines = said('{ users: [ops1] }', { ...THERE, groups: 'missing_scope' });
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(
      /^problem: roles\.managers names group .* \(missing_scope\): name users instead$/,
    );
  });
});

test('people whom Slack does not know are warned of', () => {
  const users = THERE.users.filter(({ name }) => name !== 'owner1');
  expect(said(OPS, { ...THERE, users })).toEqual([
    'ok: every role is held',
    expect.stringMatching(/^warning: people\.owner1: there is no user owner1/),
  ]);
});

test('the local workspace is as the example says', async () => {
  const slack = await openWorkspace();
  const look = async () =>
    diagnoseRoles(
      parsePolicy(EXAMPLE),
      await askWhoThereIs(
        makeSlackDirectory({ token: BOT_TOKEN, apiUrl: `${slack.url()}/api/`, log: makeLog('silent') }),
      ),
    ).filter(({ state }) => state !== 'ok');
  expect(await look()).toEqual([]);
  await slack.act('faults', { target: 'users.list', kind: '500', times: 1 });
  await slack.act('faults', { target: 'usergroups.list', kind: 'error', error: 'plan_upgrade_required' });
  expect((await look()).map(({ text }) => text)).toContainEqual(
    expect.stringContaining('plan_upgrade_required'),
  );
  await slack.stop();
});
