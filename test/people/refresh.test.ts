import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readReach } from '../../src/people/reach.ts';
import { parsePolicy } from '../../src/policy.ts';
import { waitFor } from '../support/wait-for.ts';
import { EXAMPLE, idOf, openCast, type Cast } from './cast.ts';

let cast: Cast;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.close());
beforeEach(async () => {
  await cast.heal('usergroups.list', 'users.info', 'users.list');
  await cast.age(3_600_000);
});

const counts = async () => ({
  groups: await cast.callsOf('usergroups.list'),
  names: await cast.callsOf('users.list'),
  users: await cast.callsOf('users.info'),
});

describe('a refresh', () => {
  test('of two processes is one', async () => {
    const before = await counts();
    await Promise.all([cast.join(), cast.join(), cast.join()].map((each) => each.refresh()));
    // Ten people hold a role; each is asked about once.
    expect(await counts()).toEqual({
      groups: before.groups + 1,
      names: before.names + 1,
      users: before.users + 10,
    });
  });
  test('is not due again for 20 seconds', async () => {
    const people = cast.join();
    await people.refresh();
    const before = await counts();
    await people.refresh();
    await cast.age(19_000);
    await people.refresh();
    expect(await counts()).toEqual(before);
    await cast.age(2_000);
    await people.refresh();
    expect(await counts()).toEqual({ ...before, groups: before.groups + 1 });
  });
  test('asks about those who click every time', async () => {
    const people = cast.join();
    await people.refresh();
    await cast.age(46_000);
    await people.identify({ userId: idOf('ops1'), teamId: 'T0MUTABIK' });
    await people.stop();
    const before = await counts();
    await cast.age(21_000);
    await cast.join().refresh();
    expect((await counts()).users).toBe(before.users + 1);
  });
  test('waits as long as Slack says', async () => {
    const people = cast.join();
    await cast.plant('usergroups.list', '429', { retry_after: 90 });
    await people.refresh();
    await cast.heal('usergroups.list');
    const before = await counts();
    await cast.age(80_000);
    await people.refresh();
    expect((await counts()).groups).toBe(before.groups);
    await cast.age(11_000);
    await people.refresh();
    expect((await counts()).groups).toBe(before.groups + 1);
  });
  test('stops asking about people at the first fault', async () => {
    const before = await counts();
    await cast.plant('users.info', '429');
    await cast.join().refresh();
    expect((await counts()).users).toBe(before.users + 1);
  });
  test('runs by itself from the start', async () => {
    const people = cast.join();
    const before = await counts();
    people.start();
    await waitFor('the first reading', async () =>
      (await counts()).groups > before.groups ? true : undefined,
    );
    await people.stop();
  });
});

describe('a level', () => {
  const { roles } = parsePolicy(EXAMPLE);
  const nobody = { roles: [], groups: [], users: [] };
  const reach = (level: object) => readReach(cast.ours.pool, roles, { ...nobody, ...level });

  test('reaches whoever its roles, groups and users name', async () => {
    await cast.join((text) => text.replace('roles: [sre] }, {', 'users: [owner1] }, {')).refresh();
    expect(await reach({ roles: ['ops'], groups: ['sre'], users: ['owner1', idOf('ops1')] })).toEqual({
      userIds: ['ops1', 'ops2', 'owner1', 'engineer1', 'engineer2'].map(idOf),
      isUnknown: false,
    });
  });
  test('reaches nobody through people who are gone', async () => {
    await cast.setUser('manager1', { deleted: true });
    await cast.setUser('manager2', { guest: true });
    await cast.join().refresh();
    expect(await reach({ roles: ['managers'] })).toEqual({ userIds: [], isUnknown: false });
    await cast.setUser('manager1', { deleted: false });
    await cast.setUser('manager2', { guest: false });
  });
  test('of a name never looked up is unknown', async () => {
    expect(await reach({ users: ['somebody.new'] })).toEqual({ userIds: [], isUnknown: true });
  });
});
