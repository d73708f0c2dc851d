import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import type { RunningApp } from '../../src/main.ts';
import { ageSnapshot } from '../people/age-snapshot.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn, plantFault } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let acting: ReturnType<typeof actingOn>;
let escalation: { ts: string; id: string };
let another: { ts: string; id: string };

beforeAll(async () => {
  stage = await openStage({ meantRefusals: ['user_not_found'] });
  app = await stage.startApp();
  acting = actingOn(stage);
  await stage.advanceTo('2026-01-15T09:00:00+03:00');
  const cards = await messagesIn(stage.workspace, 'ops-alerts');
  const { rows } = await stage.ours.pool.query<{ id: string; ts: string }>(
    `select e.id, c.ts from escalations e join cards c on c.kind = 'escalation' and c.subject_id = e.id::text
      where e.state = 'open' and c.ts = any ($1) order by c.ts limit 2`,
    [cards.map(({ ts }) => ts)],
  );
  [escalation, another] = [rows[0]!, rows[1]!];
});

afterAll(async () => {
  await app.stop();
  await stage.close();
});

const stateOf = async ({ id } = escalation): Promise<string> => {
  const { rows } = await stage.ours.pool.query<{ state: string }>(
    'select state from escalations where id = $1',
    [id],
  );
  return rows[0]!.state;
};
const refusals = async (userId: string): Promise<{ why: string }[]> => {
  const { rows } = await stage.ours.pool.query<{ data: string }>(
    `select data from audit_log where action = 'access.refused' and actor = $1 order by seq`,
    [`person:${userId}`],
  );
  return rows.map(({ data }) => JSON.parse(data) as { why: string });
};
const acknowledge = (user: string) =>
  acting.press(user, 'ops-alerts', escalation.ts, 'escalations.acknowledge', escalation.id);
const setUser = (body: object) => acting.act('user', body);

describe('a signed click of', () => {
  test.each<[string, string, () => Promise<void>, string, string]>([
    ['a guest', 'guest1', async () => undefined, 'guest', 'Guests'],
    ['somebody without a role', 'stranger1', async () => undefined, 'no_role', 'none of the roles'],
    [
      'somebody deactivated',
      'engineer2',
      async () => {
        await setUser({ user: 'engineer2', deleted: true });
      },
      'deactivated',
      'deactivated',
    ],
  ])('%s changes nothing, and is told so alone', async (_who, user, prepare, why, words) => {
    await prepare();
    await ageSnapshot(stage.ours.pool, 60_000);
    expect(await acknowledge(user)).toMatchObject({ status: 200 });
    if (why !== 'deactivated') await acting.toldWith(user, words);
    expect(await stateOf()).toBe('open');
    const userId = await acting.idOf(user);
    await waitFor('the audit row', async () => ((await refusals(userId)).length > 0 ? true : undefined));
    expect(await refusals(userId)).toMatchObject([{ why }]);
  });

  test('somebody removed from the group a minute ago is refused', async () => {
    await setUser({ user: 'ops2', groups: [] });
    await ageSnapshot(stage.ours.pool, 60_000);
    await acknowledge('ops2');
    await acting.toldWith('ops2', 'none of the roles');
    expect(await stateOf()).toBe('open');
    await setUser({ user: 'ops2', groups: ['finance-ops'] });
  });

  test('a refused one is in the log once a minute', async () => {
    const userId = await acting.idOf('guest1');
    const before = (await refusals(userId)).length;
    for (let press = 0; press < 3; press += 1) await acknowledge('guest1');
    expect(await refusals(userId)).toHaveLength(before);
    await stage.advanceTo(new Date(stage.clock.now().getTime() + 61_000).toISOString());
    await acknowledge('guest1');
    await waitFor('another row', async () =>
      (await refusals(userId)).length === before + 1 ? true : undefined,
    );
  });

  test('whoever may do it does it', async () => {
    await ageSnapshot(stage.ours.pool, 60_000);
    await acting.press('ops1', 'ops-alerts', another.ts, 'escalations.acknowledge', another.id);
    await waitFor('the answer', async () => ((await stateOf(another)) === 'acknowledged' ? true : undefined));
  });

  test('anybody is refused while the groups cannot be read', async () => {
    await plantFault(stage.workspace, { target: 'usergroups.list', kind: '500', times: 1_000 });
    await ageSnapshot(stage.ours.pool, 60_000);
    await acknowledge('manager2');
    await acting.toldWith('manager2', "can't check your role");
    expect(await stateOf()).toBe('open');
    await plantFault(stage.workspace, { target: 'usergroups.list', kind: 'none' });
  });
});

describe('a forged click', () => {
  const forged = async (user: { id: string; team_id: string }, secret: string, ageS = 0) => {
    const payload = {
      type: 'block_actions',
      user: { ...user, username: 'ops1', name: 'ops1' },
      team: { id: 'T0MUTABIK', domain: 'mutabik-local' },
      api_app_id: 'A0MUTABIK',
      token: 'x',
      trigger_id: `1.${Math.random()}.x`,
      container: {
        type: 'message',
        message_ts: escalation.ts,
        channel_id: 'C0OPSALERTS',
        is_ephemeral: false,
      },
      channel: { id: 'C0OPSALERTS', name: 'ops-alerts' },
      response_url: 'http://127.0.0.1:9/never',
      actions: [
        {
          type: 'button',
          action_id: 'escalations.acknowledge',
          block_id: 'b',
          value: escalation.id,
          action_ts: '1.1',
        },
      ],
    };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1000) - ageS);
    const response = await fetch(`http://127.0.0.1:${app.port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signBody(secret, timestamp, body),
      },
      body,
    });
    return response.status;
  };
  const secret = () => stage.environment['SLACK_SIGNING_SECRET'] ?? '';

  test('with a wrong signature is 401, and counted', async () => {
    const ops1 = { id: await acting.idOf('ops1'), team_id: 'T0MUTABIK' };
    expect(await forged(ops1, 'another secret')).toBe(401);
    expect(await forged(ops1, secret(), 600)).toBe(401);
    const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    expect(metrics).toMatch(/mutabik_slack_refused_requests_total\{reason="bad_signature"\} 1/);
    expect(metrics).toMatch(/mutabik_slack_refused_requests_total\{reason="stale"\} 1/);
    expect(await stateOf()).toBe('open');
  });

  test.each([
    ['of nobody we know', { id: 'U0NOBODY', team_id: 'T0MUTABIK' }],
    ['of another workspace', { id: 'U00000OPS1', team_id: 'T0ELSEWHERE' }],
  ])('%s changes nothing', async (_who, user) => {
    expect(await forged(user, secret())).toBe(200);
    await waitFor('the audit row', async () =>
      (await refusals(user.id)).some(({ why }) => why === 'stranger') ? true : undefined,
    );
    expect(await stateOf()).toBe('open');
  });
});
