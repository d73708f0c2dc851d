import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { UserId } from '../../src/ids.ts';
import type { RunningPeople } from '../../src/people/make-people.ts';
import { clicker, idOf, openCast, TEAM, type Cast } from './cast.ts';

let cast: Cast;
let people: RunningPeople;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.close());
beforeEach(async () => {
  await cast.heal('usergroups.list', 'users.info', 'slack');
  await cast.setUser('ops1', { groups: ['finance-ops'], guest: false, deleted: false });
  await cast.age(3_600_000);
  people = cast.join();
  await people.refresh();
});

const why = async (who = clicker('ops1'), by = people): Promise<string> => {
  const identified = await by.identify(who);
  return identified.ok ? [...identified.person.roles].join() : identified.why;
};

describe('somebody who clicks', () => {
  test('holds the role of their group', async () => {
    expect(await people.identify(clicker('ops1'))).toEqual({
      ok: true,
      person: {
        userId: idOf('ops1'),
        key: 'ops1',
        name: 'Defne Aydın',
        locale: 'tr',
        roles: new Set(['ops']),
      },
    });
    expect(await why(clicker('lead2'))).toBe('leads');
  });
  test('costs no call while the snapshot is young', async () => {
    const before = await cast.slack.calls();
    await why();
    await cast.age(40_000);
    await why();
    expect((await cast.slack.calls()).slice(before.length).map(({ method }) => method)).toEqual([]);
  });
  test('is asked about when it is old, once for all who wait', async () => {
    await cast.age(46_000);
    const [groups, users] = [await cast.callsOf('usergroups.list'), await cast.callsOf('users.info')];
    expect(await Promise.all([why(), why(), why()])).toEqual(['ops', 'ops', 'ops']);
    expect(await cast.callsOf('usergroups.list')).toBe(groups + 1);
    expect(await cast.callsOf('users.info')).toBe(users + 1);
  });
  test.each([
    ['a guest', 'guest1', 'guest'],
    ['the app itself', 'mutabik', 'bot'],
    ['somebody without a role', 'owner1', 'no_role'],
    ['somebody outside every channel', 'stranger1', 'no_role'],
  ])('is refused as %s', async (_who, name, reason) => {
    const who = name === 'mutabik' ? { userId: 'U0MUTABIK' as UserId, teamId: TEAM } : clicker(name);
    expect(await why(who)).toBe(reason);
  });
  test('is refused under a forged user or team', async () => {
    expect(await why({ userId: 'U0FORGED99' as UserId, teamId: TEAM })).toBe('stranger');
    const calls = (await cast.slack.calls()).length;
    expect(await why(clicker('ops1', 'T0FORGED'))).toBe('stranger');
    expect(await cast.slack.calls()).toHaveLength(calls);
  });
  test('is refused in their own language', async () => {
    expect(await people.identify(clicker('owner1'))).toMatchObject({ why: 'no_role', locale: 'tr' });
    expect(await people.identify(clicker('guest1'))).toMatchObject({ why: 'guest', locale: 'en' });
    expect(await people.localeOf(idOf('owner1'))).toBe('tr');
    expect(await people.localeOf('U0UNHEARD1' as UserId)).toBe('en');
  });
});

describe('what changed in Slack', () => {
  test.each([
    ['left the group', { groups: [] }, 'no_role'],
    ['changed groups', { groups: ['sre'] }, 'sre'],
    ['was deactivated', { deleted: true }, 'deactivated'],
    ['became a guest', { guest: true }, 'guest'],
  ])('a minute ago counts: %s', async (_what, change, expected) => {
    expect(await why()).toBe('ops');
    await cast.setUser('ops1', change);
    await cast.age(60_000);
    expect(await why()).toBe(expected);
    // And so it stands for everybody.
    expect(await why(clicker('ops1'), cast.join())).toBe(expected);
  });
});

describe('while Slack does not say', () => {
  test.each([
    ['500', {}],
    ['429', { retry_after: 30 }],
    ['error', { error: 'missing_scope' }],
    ['error', { error: 'plan_upgrade_required' }],
    ['error', { error: 'unknown_method' }],
    ['drop', {}],
    ['timeout', {}],
  ])('who is in which group, nobody acts: %s %j', async (kind, more) => {
    await cast.plant('usergroups.list', kind, more);
    expect(await why()).toBe('ops');
    await cast.age(46_000);
    expect(await why()).toBe('unreadable');
    await people.refresh();
    expect(await why()).toBe('unreadable');
  });
  test.each(['500', '429', 'timeout', 'slow'])('who somebody is, they do not act: %s', async (kind) => {
    await cast.plant('users.info', kind);
    await cast.age(46_000);
    expect(await why()).toBe('unreadable');
  });
  test('the groups are not asked for at every click', async () => {
    await cast.plant('usergroups.list', '500');
    await cast.age(46_000);
    const calls = await cast.callsOf('usergroups.list');
    for (let click = 0; click < 5; click += 1) await why();
    expect(await cast.callsOf('usergroups.list')).toBe(calls + 1);
  });
  test.each(['users.info', 'usergroups.list', 'slack'])('%s, a click waits 700 ms', async (target) => {
    // A new process knows nothing yet, not even the workspace's own id.
    const fresh = cast.join();
    await cast.age(46_000);
    await cast.plant(target, 'timeout');
    const from = performance.now();
    expect(await why(clicker('ops1'), fresh)).toBe('unreadable');
    expect(performance.now() - from).toBeLessThan(850);
  });
  test('they are told so in their language', async () => {
    await cast.age(46_000);
    await cast.plant('slack', 'timeout');
    expect(await people.identify(clicker('ops1'))).toMatchObject({ why: 'unreadable', locale: 'tr' });
  });
  test('a locked database is the same', async () => {
    const client = await cast.ours.pool.connect();
    await client.query('begin');
    await client.query('lock table role_snapshot in access exclusive mode');
    const from = performance.now();
    expect(await why()).toBe('unreadable');
    expect(performance.now() - from).toBeLessThan(850);
    await client.query('rollback');
    client.release();
  });
});

describe('a server without user groups', () => {
  test('still knows those whom the policy lists', async () => {
    await cast.plant('usergroups.list', 'error', { error: 'unknown_method' });
    await cast.age(3_600_000);
    const listed = cast.join((text) => text.replace('{ groups: [sre] }', '{ users: [owner1] }'));
    await listed.refresh();
    expect(await listed.identify(clicker('owner1'))).toMatchObject({
      ok: true,
      person: { roles: new Set(['sre']), groupsUnread: true },
    });
    expect(await why(clicker('ops1'), listed)).toBe('unreadable');
  });
});
