import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { RunningPeople } from '../../src/people/make-people.ts';
import { loadRoleChanges } from '../../src/people/load-role-changes.ts';
import { clicker, idOf, openCast, type Cast } from './cast.ts';

let cast: Cast;
let people: RunningPeople;
beforeAll(async () => {
  cast = await openCast();
});
afterAll(() => cast.close());
beforeEach(async () => {
  await cast.heal('usergroups.list', 'users.info', 'users.list');
  people = cast.join();
  await refresh();
});

const refresh = async (by = people) => {
  await cast.age(21_000);
  await by.refresh();
};
const cards = async () => {
  const { rows } = await cast.ours.pool.query<{
    subject_id: string;
    channel: string;
    wanted_version: number;
  }>(
    `select subject_id, channel, wanted_version from cards where kind = 'role_changes' order by created_at, id`,
  );
  return rows;
};
const changesSince = async (before: Awaited<ReturnType<typeof cards>>) => {
  const fresh = (await cards()).filter(({ subject_id: id }) =>
    before.every((card) => card.subject_id !== id),
  );
  return await Promise.all(
    fresh.map(async ({ subject_id: id }) => await loadRoleChanges(cast.ours.pool, id, 'UTC')),
  );
};
const rowsSince = async (before: number) =>
  (await cast.audited('role.%'))
    .slice(before)
    .map(({ action, subject_id, data }) => ({ action, subject_id, data }));

test('the first reading is a baseline, not a change', async () => {
  const rows = await cast.audited('role.%');
  expect(rows.map(({ action, subject_id }) => `${action} ${subject_id}`)).toEqual(
    ['ops', 'managers', 'leads', 'sre', 'security'].map((role) => `role.baseline ${role}`),
  );
  expect(rows[0]).toMatchObject({
    actor: 'job:people',
    data: { members: [idOf('ops1'), idOf('ops2')] },
  });
  expect(await cards()).toEqual([]);
});

describe('a change in Slack', () => {
  test('is audited person by person, and told once', async () => {
    const [told, audited] = [await cards(), (await cast.audited('role.%')).length];
    await cast.setUser('ops2', { groups: ['finance-leads'] });
    await refresh();
    await refresh();
    await refresh(cast.join());
    expect(await rowsSince(audited)).toEqual([
      { action: 'role.revoked', subject_id: idOf('ops2'), data: { role: 'ops', cause: 'slack' } },
      { action: 'role.granted', subject_id: idOf('ops2'), data: { role: 'leads', cause: 'slack' } },
    ]);
    expect(await changesSince(told)).toEqual([
      {
        at: cast.slack.clock.now(),
        cause: 'slack',
        timeZone: 'UTC',
        changes: [
          { role: 'ops', userId: idOf('ops2'), change: 'revoked' },
          { role: 'leads', userId: idOf('ops2'), change: 'granted' },
        ],
      },
    ]);
    expect((await cards()).at(-1)).toMatchObject({ channel: 'security', wanted_version: 1 });
    await cast.setUser('ops2', { groups: ['finance-ops'] });
    await refresh();
    expect(await changesSince(told)).toHaveLength(2);
  });
  test('seen by a click is told as well', async () => {
    const told = await cards();
    await cast.setUser('owner1', { groups: ['security'] });
    await cast.age(46_000);
    expect(await people.identify(clicker('owner1'))).toMatchObject({ ok: true });
    await people.stop();
    expect(await changesSince(told)).toMatchObject([
      { changes: [{ role: 'security', userId: idOf('owner1'), change: 'granted' }] },
    ]);
    await cast.setUser('owner1', { groups: [] });
    await refresh();
  });
  test('seen by two processes at once is told once', async () => {
    const told = await cards();
    const others = [cast.join(), cast.join(), cast.join()];
    await cast.setUser('ops1', { groups: ['sre'] });
    await cast.age(46_000);
    await Promise.all(others.flatMap((each) => [each.refresh(), each.identify(clicker('ops1'))]));
    await Promise.all(others.map((each) => each.stop()));
    expect(await changesSince(told)).toHaveLength(1);
    await cast.setUser('ops1', { groups: ['finance-ops'] });
    await refresh();
  });
});

test.each([
  ['500', {}],
  ['429', {}],
  ['error', { error: 'missing_scope' }],
])('nobody loses a role because Slack was away: %s', async (kind, more) => {
  const [told, audited] = [await cards(), (await cast.audited('role.%')).length];
  await cast.plant('usergroups.list', kind, more);
  await refresh();
  await cast.age(3_600_000);
  await people.refresh();
  expect(await rowsSince(audited)).toEqual([]);
  await cast.heal('usergroups.list');
  await refresh();
  expect(await changesSince(told)).toEqual([]);
});

describe('another policy', () => {
  const byName = (text: string) =>
    text.replace('{ groups: [security] }', '{ users: [security1, "@Owner1"] }');

  test('is a change, and says where it comes from', async () => {
    const [told, audited] = [await cards(), (await cast.audited('role.%')).length];
    const renewed = cast.join(byName);
    await refresh(renewed);
    expect(await rowsSince(audited)).toEqual([
      { action: 'role.granted', subject_id: idOf('owner1'), data: { role: 'security', cause: 'policy' } },
      { action: 'role.revoked', subject_id: idOf('security2'), data: { role: 'security', cause: 'policy' } },
    ]);
    expect(await changesSince(told)).toMatchObject([{ cause: 'policy' }]);
    expect(await renewed.identify(clicker('owner1'))).toMatchObject({ ok: true });

    // A replica of the old policy that still runs does not turn the roles back; one that starts now does.
    await refresh(people);
    expect(await changesSince(told)).toHaveLength(1);
    await refresh(cast.join());
    expect(await changesSince(told)).toMatchObject([{ cause: 'policy' }, { cause: 'policy' }]);
  });
  test('that touches no role is none', async () => {
    const told = await cards();
    await refresh(cast.join((text) => text.replace('most_at_once: 100', 'most_at_once: 99')));
    expect(await changesSince(told)).toEqual([]);
  });
  test('whose names cannot be read changes nothing yet', async () => {
    const told = await cards();
    await cast.plant('users.list', '500');
    const renewed = cast.join((text) => text.replace('{ groups: [security] }', '{ users: [guest1] }'));
    await refresh(renewed);
    expect(await changesSince(told)).toEqual([]);
  });
});

test('the audit chain stays whole', async () => {
  expect((await verifyAudit(cast.ours.pool)).state).not.toBe('broken');
});
