import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import { makeFrontDoor } from '../../handlers/index.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import type { RunningApp } from '../../src/main.ts';
import { openStage, type Stage } from '../support/stage.ts';

const USER = { id: 'U00000OPS1', username: 'ops1', name: 'ops1', team_id: 'T0LOCAL' };
const COMMON = { team: { id: 'T0LOCAL', domain: 'local' }, user: USER, api_app_id: 'A0', token: 'x' };

let stage: Stage;
let app: RunningApp;

beforeAll(async () => {
  stage = await openStage({ planted: false });
  app = await stage.startApp();
});

afterAll(async () => {
  await app.stop();
  await stage.close();
});

interface Sent {
  status: number;
  text: string;
  ms: number;
}

/** A request as Slack signs it, unless the signature or its time is bent. */
async function send(
  body: string,
  options: { contentType?: string; secret?: string; ageSeconds?: number; port?: number } = {},
): Promise<Sent> {
  const timestamp = String(Math.floor(Date.now() / 1000) - (options.ageSeconds ?? 0));
  const secret = options.secret ?? stage.environment['SLACK_SIGNING_SECRET'] ?? '';
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${options.port ?? app.port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': options.contentType ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signBody(secret, timestamp, body),
    },
    body,
  });
  return { status: response.status, text: await response.text(), ms: performance.now() - began };
}

const interactive = (payload: object): string =>
  new URLSearchParams({ payload: JSON.stringify({ ...COMMON, ...payload }) }).toString();
const command = new URLSearchParams({
  command: '/nothing',
  text: 'help',
  user_id: USER.id,
  user_name: USER.name,
  team_id: USER.team_id,
  team_domain: 'local',
  channel_id: 'C0FINANCEOPS',
  channel_name: 'finance-ops',
  api_app_id: 'A0',
  is_enterprise_install: 'false',
  response_url: 'http://127.0.0.1:9/never',
  trigger_id: '1.2.3',
}).toString();
const action = { type: 'button', action_id: 'findings.unknown', block_id: 'b', value: 'v', action_ts: '1.1' };
const view = { id: 'V1', type: 'modal', callback_id: 'unknown', state: { values: {} }, blocks: [] };

describe('the signature', () => {
  test('a good one is let in', async () => {
    expect(await send(command)).toMatchObject({ status: 200 });
  });

  test('a wrong one is refused', async () => {
    expect(await send(command, { secret: 'somebody else knows another' })).toMatchObject({ status: 401 });
  });

  test('one of ten minutes ago is refused', async () => {
    expect(await send(command, { ageSeconds: 600 })).toMatchObject({ status: 401 });
  });

  test("Slack's challenge is answered", async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c-1', token: 'x' });
    expect((await send(body, { contentType: 'application/json' })).text).toContain('c-1');
  });
});

describe('what nobody listens to is acked', () => {
  test.each([
    [
      'a button',
      interactive({ type: 'block_actions', actions: [action], trigger_id: '1.2.3', container: {} }),
    ],
    ['a modal', interactive({ type: 'view_submission', view, trigger_id: '1.2.3' })],
    [
      'a select',
      interactive({ type: 'block_suggestion', action_id: 'x', block_id: 'b', value: 'q', container: {} }),
    ],
    [
      'a shortcut',
      interactive({ type: 'shortcut', callback_id: 'unknown', trigger_id: '1.2.3', action_ts: '1.1' }),
    ],
    ['a closed modal', interactive({ type: 'view_closed', view, is_cleared: false })],
    [
      'a message shortcut',
      interactive({
        type: 'message_action',
        callback_id: 'unknown',
        trigger_id: '1.2.3',
        action_ts: '1.1',
        message: { ts: '1.1', text: 'x' },
        channel: { id: 'C0FINANCEOPS', name: 'finance-ops' },
      }),
    ],
    [
      "a button of an attachment's",
      interactive({
        type: 'interactive_message',
        callback_id: 'unknown',
        actions: [{ name: 'n', type: 'button', value: 'v' }],
        channel: { id: 'C0FINANCEOPS', name: 'finance-ops' },
      }),
    ],
    ['a command', command],
  ])('%s', async (_what, body) => {
    const { status, ms } = await send(body);
    expect(status).toBe(200);
    expect(ms).toBeLessThan(1_500);
  });

  test('a command says so in words', async () => {
    expect((await send(command)).text).toContain('/nothing');
  });
});

describe('the probes', () => {
  const probe = async (path: string): Promise<Response> => await fetch(`http://127.0.0.1:${app.port}${path}`);

  test('/healthz says that the process answers', async () => {
    expect((await probe('/healthz')).status).toBe(200);
  });

  test('/readyz names what is not well', async () => {
    await stage.ours.pool.query(`update runners set policy_hash = 'another' where id <> $1`, [app.runnerId]);
    await stage.ours.pool.query(
      `insert into runners (id, worker_pool_id, policy_hash) values (gen_random_uuid(), 'w', 'another')`,
    );
    const response = await probe('/readyz');
    const { checks } = (await response.json()) as {
      checks: { name: string; ok: boolean; detail?: string }[];
    };
    expect(response.status).toBe(503);
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'policy', ok: false, detail: 'replicas run with different policies' },
    ]);
    await stage.ours.pool.query(`delete from runners where policy_hash = 'another'`);
    expect((await probe('/readyz')).status).toBe(200);
  });

  test('/metrics counts tasks and runs', async () => {
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
    const text = await (await probe('/metrics')).text();
    expect(text).toMatch(/mutabik_tasks_total\{kind="reconcile",as="done"\} 1/);
    expect(text).toMatch(/mutabik_last_complete_run_timestamp_seconds\{kind="daily"\} \d+/);
    expect(text).toMatch(/mutabik_slack_refused_requests_total\{reason="bad_signature"\} 1/);
  });

  test('anything else is not found', async () => {
    expect((await probe('/etc/passwd')).status).toBe(404);
  });
});

test('a listener that throws is acked and logged', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const door = makeFrontDoor({
    signingSecret: stage.environment['SLACK_SIGNING_SECRET'] ?? '',
    botToken: 'xoxb-test',
    slackApiUrl: stage.workspace.apiUrl,
    slack: makeSlack({ token: 'xoxb-test', apiUrl: stage.workspace.apiUrl, log }),
    probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
    attach: (bolt) => {
      bolt.command(/.*/, async ({ ack }) => {
        await ack();
        throw new Error('the catalogue is gone');
      });
      bolt.error(async (error) => log.error({ err: error }, 'a listener failed'));
    },
    log,
  });
  const { port } = await door.start({ host: '127.0.0.1', port: 0 });
  expect(await send(command, { port })).toMatchObject({ status: 200, text: '' });
  expect(lines.join('')).toContain('the catalogue is gone');
  await door.stop();
});

test('a stop does not wait for idle connections', async () => {
  const other = await stage.startApp();
  await fetch(`http://127.0.0.1:${other.port}/healthz`, { keepalive: true });
  const began = performance.now();
  await other.stop();
  expect(performance.now() - began).toBeLessThan(3_000);
});

test('a stop does not wait for half a request', { timeout: 20_000 }, async () => {
  const other = await stage.startApp();
  const socket = connect(other.port, '127.0.0.1');
  await once(socket, 'connect');
  const cut = once(socket, 'close');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  await sleep(50);
  const began = performance.now();
  await other.stop();
  expect(performance.now() - began).toBeLessThan(8_000);
  await cut;
});
