import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';
import { startStubApp } from './stub-app.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;
let app: Awaited<ReturnType<typeof startStubApp>>;

beforeAll(async () => {
  app = await startStubApp();
  slack = await openWorkspace({ subscriptions: ['app_mention', 'message.channels', 'app_home_opened'] });
  slack.workspace().setAppUrl(app.url);
});
afterAll(async () => {
  await slack.stop();
  await app.stop();
});
beforeEach(() => {
  app.received.length = 0;
});

const plain = (text: string) => ({ type: 'plain_text', text });
const button = (value: string) => ({
  type: 'button',
  action_id: 'payouts.retry',
  text: plain('Retry'),
  value,
});

async function postButtons(): Promise<string> {
  const answer = await slack.api('chat.postMessage', {
    channel: OPS,
    text: 'buttons',
    blocks: [
      { type: 'actions', block_id: 'one', elements: [button('t1')] },
      { type: 'actions', block_id: 'two', elements: [button('t2')] },
      {
        type: 'actions',
        block_id: 'more',
        elements: [
          {
            type: 'overflow',
            action_id: 'payouts.more',
            options: [{ text: plain('Recheck'), value: 'payouts.recheck:t1' }],
          },
        ],
      },
    ],
  });
  return answer['ts'] as string;
}

test("Slack's own example is signed as documented", () => {
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  expect(signBody('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
    'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  );
});

describe('a click', () => {
  test('arrives as block_actions, signed, once', async () => {
    const ts = await postButtons();
    const answer = await slack.act('click', {
      user: 'ops1',
      channel: 'finance-ops',
      ts,
      action_id: 'payouts.retry',
      value: 't2',
    });
    expect(answer).toMatchObject({ status: 200, ack_ms: expect.any(Number) });
    expect(app.received).toHaveLength(1);
    expect(app.received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(app.received[0]?.data).toMatchObject({
      type: 'block_actions',
      user: { id: 'U00000OPS1', name: 'ops1' },
      channel: { id: OPS, name: 'finance-ops' },
      container: { type: 'message', message_ts: ts, is_ephemeral: false },
      actions: [{ type: 'button', action_id: 'payouts.retry', block_id: 'two', value: 't2' }],
    });
    expect(app.badSignatures()).toBe(0);
  });

  test('on an overflow carries the chosen option', async () => {
    const ts = await postButtons();
    const order = { user: 'ops2', channel: OPS, ts, action_id: 'payouts.more' };
    await slack.act('click', { ...order, option: 'payouts.recheck:t1' });
    expect(app.received[0]?.data).toMatchObject({
      actions: [{ selected_option: { value: 'payouts.recheck:t1' } }],
    });
    expect(await slack.act('click', { ...order, option: 'nope' })).toEqual({ error: 'option_not_found' });
  });

  test('by somebody outside the channel arrives too', async () => {
    const ts = await postButtons();
    await slack.act('click', { user: 'stranger1', channel: OPS, ts, action_id: 'payouts.retry' });
    expect(app.received[0]?.data).toMatchObject({ user: { id: 'U0STRANGER1' } });
  });

  test('on an ephemeral is for its reader alone', async () => {
    const blocks = [{ type: 'actions', elements: [button('e')] }];
    const posted = await slack.api('chat.postEphemeral', {
      channel: OPS,
      user: 'U00000OPS1',
      text: 'x',
      blocks,
    });
    const order = { channel: OPS, ts: posted['message_ts'], action_id: 'payouts.retry' };
    expect(await slack.act('click', { ...order, user: 'ops2' })).toEqual({ error: 'message_not_found' });
    expect(await slack.act('click', { ...order, user: 'ops1' })).toMatchObject({ status: 200 });
    expect(app.received[0]?.data).toMatchObject({ container: { is_ephemeral: true } });
  });

  test('without an ack in three seconds times out', async () => {
    const ts = await postButtons();
    app.reply({ silent: true });
    const answer = await slack.act('click', { user: 'ops1', channel: OPS, ts, action_id: 'payouts.retry' });
    expect(answer).toMatchObject({ status: 0, error: 'operation_timeout' });
    expect(answer['ack_ms']).toBeGreaterThanOrEqual(2_900);
    expect(app.received).toHaveLength(1);
  });

  test('is not sent again when the app fails', async () => {
    const ts = await postButtons();
    app.reply({ status: 500 });
    const answer = await slack.act('click', { user: 'ops1', channel: OPS, ts, action_id: 'payouts.retry' });
    expect(answer).toMatchObject({ status: 500, error: 'http_error' });
    await slack.workspace().idle();
    expect(app.received).toHaveLength(1);
  });
});

describe('a response_url', () => {
  async function responseUrl(): Promise<{ url: string; ts: string }> {
    const ts = await postButtons();
    app.received.length = 0;
    await slack.act('click', { user: 'ops1', channel: OPS, ts, action_id: 'payouts.retry' });
    return { url: String(app.received[0]?.data['response_url']), ts };
  }
  const send = (url: string, body: object) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('answers privately by default', async () => {
    const { url } = await responseUrl();
    expect((await send(url, { text: 'already done' })).status).toBe(200);
    const { ephemerals } = await slack.state();
    expect(ephemerals.at(-1)).toMatchObject({ user: 'U00000OPS1', text: 'already done' });
  });

  test('rewrites and removes what was clicked', async () => {
    const { url, ts } = await responseUrl();
    const find = async () => (await slack.state()).messages.find((message) => message.ts === ts);
    await send(url, { replace_original: true, text: 'gone by' });
    expect(await find()).toMatchObject({ text: 'gone by', blocks: [] });
    await send(url, { delete_original: true });
    expect(await find()).toBeUndefined();
  });

  test('works five times', async () => {
    const { url } = await responseUrl();
    const codes = [];
    for (let i = 0; i < 6; i += 1) codes.push((await send(url, { text: 'x' })).status);
    expect(codes).toEqual([200, 200, 200, 200, 200, 404]);
  });

  test('refuses wrong blocks without detail', async () => {
    const { url } = await responseUrl();
    const response = await send(url, { blocks: [{ type: 'header' }] });
    expect(response.status).toBe(400);
    expect(await response.text()).toBe('invalid_blocks');
  });
});

describe('a command', () => {
  test('arrives as plain fields and its reply is private', async () => {
    app.reply({ body: JSON.stringify({ text: 'Yardım' }), headers: { 'content-type': 'application/json' } });
    const answer = await slack.act('command', {
      user: 'ops1',
      channel: 'slo',
      command: '/recon',
      text: 'help',
    });
    expect(answer).toMatchObject({ status: 200, reply: { text: 'Yardım' } });
    expect(app.received[0]?.data).toMatchObject({
      command: '/recon',
      text: 'help',
      user_id: 'U00000OPS1',
      channel_name: 'slo',
      trigger_id: expect.any(String),
    });
    expect((await slack.state()).ephemerals.at(-1)).toMatchObject({ text: 'Yardım', user: 'U00000OPS1' });
  });

  test('with wrong blocks in its reply fails', async () => {
    app.reply({ body: JSON.stringify({ blocks: [{ type: 'header' }] }) });
    const answer = await slack.act('command', { user: 'ops1', channel: 'slo', command: '/recon' });
    expect(answer).toMatchObject({ error: 'invalid_command_response' });
  });
});

describe('an event', () => {
  const mention = () => slack.act('message', { user: 'ops1', channel: OPS, text: 'hey @mutabik' });

  test('tells of a message and a mention', async () => {
    await mention();
    await slack.workspace().idle();
    const types = app.received.map((one) => (one.data['event'] as { type: string }).type);
    expect(types.toSorted()).toEqual(['app_mention', 'message']);
    expect(app.received[0]?.data).toMatchObject({
      type: 'event_callback',
      event_id: expect.stringMatching(/^Ev/),
    });
  });

  test('is sent again at once, after 1 and after 5 minutes', async () => {
    const fail = { status: 500 };
    app.reply(fail, fail, fail, fail, fail, fail, fail, fail);
    await mention();
    const numbers = () =>
      app.received.map((one) => Number(one.headers['x-slack-retry-num'] ?? 0)).toSorted((a, b) => a - b);
    await slack.workspace().idle();
    expect(numbers()).toEqual([0, 0, 1, 1]);
    expect(app.received.at(-1)?.headers['x-slack-retry-reason']).toBe('http_error');
    slack.clock.advance(59_000);
    await slack.workspace().idle();
    expect(numbers()).toHaveLength(4);
    slack.clock.advance(1_000);
    await slack.workspace().idle();
    expect(numbers()).toEqual([0, 0, 1, 1, 2, 2]);
    slack.clock.advance(299_000);
    await slack.workspace().idle();
    expect(numbers()).toHaveLength(6);
    slack.clock.advance(1_000);
    await slack.workspace().idle();
    expect(numbers()).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    slack.clock.advance(3_600_000);
    await slack.workspace().idle();
    expect(app.received).toHaveLength(8);
    expect(new Set(app.received.map((one) => one.data['event_id'])).size).toBe(2);
  });

  test('is not sent again when the app says so', async () => {
    const refusal = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    app.reply(refusal, refusal);
    await mention();
    await slack.workspace().idle();
    expect(app.received).toHaveLength(2);
  });

  test('waits over a restart of the workspace', async () => {
    slack.workspace().setAppUrl(null);
    await mention();
    await slack.workspace().idle();
    await slack.restart();
    slack.workspace().setAppUrl(app.url);
    expect(app.received).toHaveLength(0);
    slack.clock.advance(60_000);
    await slack.workspace().idle();
    expect(app.received).toHaveLength(2);
  });
});

test('deliveries can be lost, doubled and refused', async () => {
  await slack.act('faults', { target: 'delivery', kind: 'drop', times: 1 });
  await slack.act('faults', { target: 'delivery', kind: 'lost_reply', times: 1 });
  const order = { user: 'ops1', channel: 'slo', command: '/recon' };
  expect(await slack.act('command', order)).toMatchObject({ status: 0, error: 'connection_failed' });
  expect(app.received).toHaveLength(0);
  expect(await slack.act('command', order)).toMatchObject({ status: 0, error: 'connection_failed' });
  expect(app.received).toHaveLength(1);
  expect(await slack.act('command', order)).toMatchObject({ status: 200 });
  expect(app.badSignatures()).toBe(0);
});
