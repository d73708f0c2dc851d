import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from './open-workspace.ts';
import { APP_TOKEN, connectSocket, openSocket } from './socket-client.ts';
import { startStubApp } from './stub-app.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;
let overHttp: Awaited<ReturnType<typeof startStubApp>>;

beforeAll(async () => {
  overHttp = await startStubApp();
  slack = await openWorkspace({
    app: {
      eventsUrl: () => overHttp.url,
      signingSecret: SIGNING_SECRET,
      botToken: BOT_TOKEN,
      appToken: APP_TOKEN,
    },
  });
});
afterAll(async () => {
  await slack.stop();
  await overHttp.stop();
});
afterEach(() => void slack.workspace().dropSockets());

const command = () => slack.act('command', { user: 'ops1', channel: 'slo', command: '/recon', text: 'help' });
const plant = (kind: string) => slack.act('faults', { target: 'delivery', kind });

async function greeted() {
  const socket = await openSocket(slack);
  await socket.next();
  return socket;
}

describe('apps.connections.open', () => {
  const open = (token: string | undefined) => slack.api('apps.connections.open', {}, token);

  test('takes the app-level token alone', async () => {
    expect(await open(BOT_TOKEN)).toMatchObject({ ok: false, error: 'not_allowed_token_type' });
    expect(await open('xapp-another')).toMatchObject({ ok: false, error: 'invalid_auth' });
    expect(await open('')).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await slack.api('auth.test', {}, APP_TOKEN)).toMatchObject({ error: 'not_allowed_token_type' });
  });

  test('wants the token in the header', async () => {
    const body = new URLSearchParams({ token: APP_TOKEN });
    const response = await slack.raw('/api/apps.connections.open', { method: 'POST', body });
    expect(await response.json()).toMatchObject({ ok: false, error: 'not_authed' });
  });

  test('stands in the log as any call', async () => {
    await open(APP_TOKEN);
    expect((await slack.calls()).at(-1)).toMatchObject({
      direction: 'api',
      method: 'apps.connections.open',
      ok: true,
    });
  });

  test('gives an address that works once', async () => {
    const { url } = await open(APP_TOKEN);
    await connectSocket(String(url));
    await expect(connectSocket(String(url))).rejects.toThrow('401');
    await expect(connectSocket(`${slack.url().replace('http', 'ws')}/link/?ticket=x`)).rejects.toThrow('401');
  });
});

describe('a socket', () => {
  test('is greeted first', async () => {
    await greeted();
    const socket = await openSocket(slack);
    expect(await socket.next()).toEqual({
      type: 'hello',
      num_connections: 2,
      connection_info: { app_id: 'A0MUTABIK' },
      debug_info: {
        host: expect.any(String) as string,
        started: expect.any(String) as string,
        build_number: expect.any(Number) as number,
        approximate_connection_time: 3_600,
      },
    });
  });

  test('lives six minutes to try reconnects', async () => {
    const socket = await openSocket(slack, '&debug_reconnects=true');
    expect(await socket.next()).toMatchObject({ debug_info: { approximate_connection_time: 360 } });
  });

  test('is told before it ends', async () => {
    const socket = await greeted();
    slack.workspace().sayDisconnect('warning');
    expect(await socket.next()).toMatchObject({ type: 'disconnect', reason: 'warning' });
  });

  test('answers pings, and pings every ten seconds', { timeout: 15_000 }, async () => {
    const socket = await greeted();
    const pinged = socket.pinged();
    await socket.ping();
    await pinged;
  });

  test('is one of ten at most', async () => {
    for (let i = 0; i < 10; i += 1) await greeted();
    const eleventh = await greeted();
    expect(await eleventh.next()).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    await eleventh.gone();
    expect(slack.workspace().dropSockets()).toBe(10);
  });
});

describe('an envelope', () => {
  test('carries a command, and its ack the reply', async () => {
    const socket = await greeted();
    const answer = command();
    const frame = await socket.next();
    expect(frame).toEqual({
      envelope_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: expect.objectContaining({ command: '/recon', text: 'help', user_id: 'U00000OPS1' }) as object,
    });
    socket.ack(frame, { text: 'Yardım' });
    expect(await answer).toEqual({
      ack_ms: expect.any(Number) as number,
      status: 200,
      reply: { text: 'Yardım' },
    });
  });

  test('carries a click with its payload as data', async () => {
    const button = {
      type: 'button',
      action_id: 'payouts.retry',
      text: { type: 'plain_text', text: 'Retry' },
      value: 't1',
    };
    const blocks = [{ type: 'actions', elements: [button] }];
    const { ts } = await slack.api('chat.postMessage', { channel: OPS, text: 'x', blocks });
    const socket = await greeted();
    const answer = slack.act('click', { user: 'ops1', channel: OPS, ts, action_id: 'payouts.retry' });
    const frame = await socket.next();
    expect(frame).toMatchObject({
      type: 'interactive',
      accepts_response_payload: true,
      payload: { type: 'block_actions', actions: [{ value: 't1' }] },
    });
    socket.ack(frame, {});
    expect(await answer).toEqual({ ack_ms: expect.any(Number) as number, status: 200 });
  });

  test('carries an event, whose ack takes no reply', async () => {
    const socket = await greeted();
    await slack.act('message', { user: 'ops1', channel: OPS, text: '@mutabik hello' });
    const frame = await socket.next();
    expect(frame).toMatchObject({
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: { type: 'event_callback', event: { type: 'app_mention' } },
    });
    socket.ack(frame, { text: 'ignored' });
    await slack.workspace().idle();
    expect(socket.frames).toHaveLength(2);
  });

  test('goes to one socket, each in its turn', async () => {
    const sockets = [await greeted(), await greeted()];
    const answers = [command(), command()];
    for (const socket of sockets) socket.ack(await socket.next());
    expect(await Promise.all(answers)).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(sockets.map(({ frames }) => frames.length)).toEqual([2, 2]);
  });

  test('goes to another socket when its own closes', async () => {
    const first = await greeted();
    const answer = command();
    const frame = await first.next();
    const second = await greeted();
    first.close();
    const again = await second.next();
    expect(again).toEqual(frame);
    second.ack(again);
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('waits for the next socket', async () => {
    const answer = command();
    const socket = await greeted();
    socket.ack(await socket.next());
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('is sent again after three seconds', async () => {
    const socket = await greeted();
    const answer = command();
    const frame = await socket.next();
    expect(await answer).toEqual({
      ack_ms: expect.toSatisfy((ms: number) => ms >= 2_900 && ms < 3_500) as number,
      status: 0,
      error: 'operation_timeout',
    });
    expect(await socket.next()).toEqual(frame);
    socket.ack(frame);
    await slack.workspace().idle();
    expect(socket.frames).toHaveLength(3);
  });

  test('of an event says which try it is', async () => {
    const socket = await greeted();
    await slack.act('message', { user: 'ops1', channel: OPS, text: '@mutabik hello' });
    const first = await socket.next();
    const again = await socket.next();
    expect(again).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout', payload: first.payload });
    socket.ack(again);
    await slack.workspace().idle();
  });

  test('is acked over whichever socket is open', async () => {
    const first = await greeted();
    const answer = command();
    const frame = await first.next();
    const second = await greeted();
    second.ack(frame);
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('is not settled by nonsense', async () => {
    const socket = await greeted();
    const answer = command();
    const frame = await socket.next();
    socket.say('{');
    socket.say('{"envelope_id":"x"}');
    socket.ack(frame);
    expect(await answer).toMatchObject({ status: 200 });
  });
});

describe('a fault', () => {
  test('drop breaks the socket before the ack', async () => {
    const first = await greeted();
    await plant('drop');
    const answer = command();
    await first.gone();
    const second = await greeted();
    second.ack(await second.next());
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('lost_reply breaks it with the ack', async () => {
    const first = await greeted();
    await plant('lost_reply');
    const answer = command();
    const frame = await first.next();
    first.ack(frame);
    await first.gone();
    const second = await greeted();
    const again = await second.next();
    expect(again.envelope_id).toBe(frame.envelope_id);
    second.ack(again);
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('timeout shows at once and arrives later', async () => {
    const socket = await greeted();
    await plant('timeout');
    expect(await command()).toMatchObject({ status: 0, error: 'operation_timeout' });
    socket.ack(await socket.next());
    await slack.workspace().idle();
  });

  test('slow arrives two seconds late', async () => {
    const socket = await greeted();
    await plant('slow');
    const began = performance.now();
    const answer = command();
    socket.ack(await socket.next());
    expect(performance.now() - began).toBeGreaterThan(1_900);
    expect(await answer).toMatchObject({ status: 200 });
  });
});

test('nothing goes over HTTP', () => {
  expect(overHttp.received).toEqual([]);
});

test('no app: a click fails, and idle does not wait', { timeout: 30_000 }, async () => {
  await slack.restart();
  expect(await command()).toMatchObject({ status: 0, error: 'connection_failed' });
  await slack.workspace().idle();
  const began = performance.now();
  expect(await command()).toMatchObject({ status: 0, error: 'connection_failed' });
  await slack.workspace().idle();
  expect(performance.now() - began).toBeLessThan(1_000);
});
