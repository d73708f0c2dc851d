import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCheckRoutesTask } from '../../src/escalations/check-routes.ts';
import { openIncident } from '../../src/escalations/open-incident.ts';
import { resolveEscalation } from '../../src/escalations/resolve-escalation.ts';
import { findEscalationOfIncident } from '../../src/escalations/find-escalation.ts';
import { listIncidents } from '../../src/escalations/list-incidents.ts';
import type { TaskId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import { openGround, person, policy, type Ground } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const now = () => ground.clock.now();
const alerts = async () =>
  (
    await ground.ours.pool.query<{ state: string; args: { levels: string; count: number } }>(
      `select state, args from alerts where kind = 'route_reaches_nobody'`,
    )
  ).rows;
const check = () =>
  makeCheckRoutesTask(ground.deps).run(
    {
      taskId: 'x' as TaskId,
      key: '',
      faults: 0,
      clock: ground.clock,
      log: makeLog('silent'),
      signal: new AbortController().signal,
      guard: async () => undefined,
    },
    {},
  );
const empty = (handle: string) =>
  ground.ours.pool.query(`update user_groups set user_ids = '{}' where handle = $1`, [handle]);

describe('the daily look at routes', () => {
  test('finds nothing where everybody is there', async () => {
    await check();
    expect(await alerts()).toEqual([]);
  });

  test('tells which levels reach nobody, until they do', async () => {
    await empty('finance-leads');
    await check();
    expect(await alerts()).toEqual([
      {
        state: 'open',
        args: { count: 6, levels: 'audit 2, exemptions 2, findings 3, incidents 2, platform 2, slo 2' },
      },
    ]);
    await ground.ours.pool.query(
      `update user_groups set user_ids = '{U1000001}' where handle = 'finance-leads'`,
    );
    await check();
    expect(await alerts()).toMatchObject([{ state: 'resolved' }]);
  });

  test('tells of a group that nobody knows', async () => {
    const level = { roles: [], groups: ['no-such-group'], users: [] };
    const routes = { ...policy.escalations.routes, night: { levels: [level] } };
    ground.deps.policy = { ...policy, escalations: { ...policy.escalations, routes } };
    await check();
    expect(await alerts()).toMatchObject([{ args: { levels: 'night 1' } }]);
  });

  test('says nothing while the groups are unread, and takes nothing back', async () => {
    await empty('sre');
    await check();
    await ground.ours.pool.query('update role_snapshot set groups_read_at = null');
    await check();
    expect(await alerts()).toMatchObject([{ state: 'open' }]);
  });
});

describe('an incident that a person opens', () => {
  const open = (requestId: string, title = 'Card payments fail') =>
    openIncident(ground.deps, now(), { person: person('ENGINEER1'), severity: 'sev1', title, requestId });

  test('is one when its request arrives twice', async () => {
    const outcomes = await Promise.all([open('1.2.3'), open('1.2.3')]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await ground.escalations()).toHaveLength(1);
    expect(await ground.cards('incident')).toHaveLength(1);
    expect(ground.pages.map(({ summary }) => summary)).toEqual(['Sev-1: incident opened by a person']);
  });

  test('keeps its title beside the chain', async () => {
    await open('1.2.4');
    const { rows } = await ground.ours.pool.query<{ data: string; body: string }>(
      `select a.data, p.body from audit_log a join audit_personal p using (seq) where a.action = 'incident.opened'`,
    );
    expect(rows).toMatchObject([{ body: 'Card payments fail' }]);
    expect(rows[0]?.data).not.toContain('Card');
  });

  test('is over when a person says why', async () => {
    const opened = await open('1.2.5');
    const number = opened.ok ? opened.number : 0;
    const escalation = await findEscalationOfIncident(ground.ours.pool, number);
    const outcome = await resolveEscalation(ground.deps, now(), {
      id: escalation!.id,
      person: person('ENGINEER1'),
      rootCause: 'A certificate ran out',
      remediation: '',
    });
    expect(outcome).toEqual({ ok: true, as: 'resolved' });
    expect(await listIncidents(ground.ours.pool)).toEqual({ lines: [], count: 0 });
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    expect(await ground.climb(escalation!.id)).toBeNull();
  });

  test('is listed with who has it, the worst twenty', async () => {
    for (let index = 0; index < 25; index += 1) await open(`many.${index}`, `Incident ${index}`);
    const { lines, count } = await listIncidents(ground.ours.pool);
    expect([lines.length, count]).toEqual([20, 25]);
    expect(lines[0]).toMatchObject({ owner: null, incident: { severity: 'sev1' } });
  });
});
