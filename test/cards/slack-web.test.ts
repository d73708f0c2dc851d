import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { AppError, SlackRefusedError } from '../../src/errors.ts';
import { makeLog } from '../../src/log.ts';
import type { Slack } from '../../src/ports.ts';

type Answer = (response: ServerResponse, args: URLSearchParams, call: number) => void;

let server: Server;
let slack: Slack;
let answers: Record<string, Answer>;
let calls: { method: string; args: URLSearchParams }[];

const json =
  (body: object, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
const refuse = (error: string, messages: string[] = []): Answer =>
  json({ ok: false, error, response_metadata: { messages } });

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const method = (request.url ?? '').split('/').at(-1) ?? '';
  const args = new URLSearchParams(Buffer.concat(chunks).toString());
  const call = calls.filter((earlier) => earlier.method === method).length;
  calls.push({ method, args });
  (answers[method] ?? refuse('unknown_method'))(response, args, call);
}

beforeEach(async () => {
  answers = {};
  calls = [];
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  slack = withLimit(5000);
});
function withLimit(timeoutMs: number): Slack {
  const { port } = server.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  return makeSlack({ token: 'xoxb-test', apiUrl, log: makeLog('silent'), timeoutMs });
}

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const post = () =>
  slack.postMessage({
    channel: 'C0000001',
    content: { text: 'hello', blocks: [] },
    metadata: { event_type: 'x', event_payload: {} },
  });
const faultOf = async (call: Promise<unknown>): Promise<AppError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`not a fault: ${String(error)}`);
  return error;
};

describe('what a failed call says of its outcome', () => {
  const table: [string, Answer, AppError['code']][] = [
    ['429 with Retry-After', json({}, 429, { 'retry-after': '7' }), 'slack_rate_limited'],
    ['429 without Retry-After', json({}, 429), 'slack_rate_limited'],
    ['ratelimited in the body', refuse('ratelimited'), 'slack_rate_limited'],
    ['500', json({}, 500), 'slack_unavailable'],
    ['503', json({}, 503), 'slack_unavailable'],
    ['408', json({}, 408), 'slack_unavailable'],
    ['a reset connection', (response) => void response.destroy(), 'slack_unavailable'],
    ['a redirect', json({}, 302, { location: '/elsewhere' }), 'slack_unavailable'],
    ['fatal_error', refuse('fatal_error'), 'slack_unavailable'],
    ['internal_error', refuse('internal_error'), 'slack_unavailable'],
    ["a proxy's page", (response) => void response.end('<html>Bad gateway</html>'), 'slack_unavailable'],
    ['an empty answer', (response) => void response.end(), 'slack_unavailable'],
    ['an answer without ts', json({ ok: true }), 'slack_unavailable'],
    [
      'a body that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"ok":true,');
        setImmediate(() => response.destroy());
      },
      'slack_unavailable',
    ],
    ['a word of refusal', refuse('not_in_channel'), 'slack_refused'],
    ['413', json({}, 413), 'slack_refused'],
  ];
  test.each(table)('%s', async (_name, answer, code) => {
    answers['chat.postMessage'] = answer;
    const fault = await faultOf(post());
    expect(fault.code).toBe(code);
    expect(fault.retryable).toBe(code !== 'slack_refused');
    expect(calls).toHaveLength(1);
  });
  test.each<[string, Answer]>([
    ['no answer in time', () => undefined],
    ['a body that never ends', (response) => void response.writeHead(200).write('{"ok":true,')],
  ])('%s', async (_name, answer) => {
    answers['chat.postMessage'] = answer;
    slack = withLimit(200);
    expect((await faultOf(post())).code).toBe('slack_unavailable');
  });
  test('Retry-After becomes milliseconds', async () => {
    answers['chat.postMessage'] = json({}, 429, { 'retry-after': '7' });
    expect((await faultOf(post())).retryAfterMs).toBe(7000);
  });
  test('a refusal keeps word and details', async () => {
    answers['chat.postMessage'] = refuse('invalid_blocks', ['[ERROR] too long']);
    const fault = await faultOf(post());
    if (!(fault instanceof SlackRefusedError)) throw new Error('not a refusal');
    expect([fault.slackError, ...fault.messages]).toEqual(['invalid_blocks', '[ERROR] too long']);
  });
  test('an upload that is cut off is unknown', async () => {
    answers['upload'] = (response) => void response.destroy();
    const { port } = server.address() as AddressInfo;
    const uploadUrl = `http://127.0.0.1:${port}/upload`;
    const upload = slack.uploadBytes({ uploadUrl, filename: 'a.csv', content: Buffer.from('a') });
    expect((await faultOf(upload)).code).toBe('slack_unavailable');
  });
});

describe('what is asked', () => {
  test('posts without unfurling, with metadata', async () => {
    answers['chat.postMessage'] = json({ ok: true, channel: 'C0000001', ts: '1.000001' });
    expect(await post()).toEqual({ channelId: 'C0000001', ts: '1.000001' });
    const args = Object.fromEntries(calls[0]?.args ?? []);
    expect(args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
    expect(JSON.parse(args['metadata'] ?? '')).toEqual({ event_type: 'x', event_payload: {} });
  });
  test('who we are is kept on success only', async () => {
    answers['auth.test'] = (response, args, call) =>
      (call === 0 ? json({}, 500) : json({ ok: true, bot_id: 'B1', user_id: 'U1', team_id: 'T1' }))(
        response,
        args,
        call,
      );
    await faultOf(slack.identity());
    expect(await slack.identity()).toEqual({ botId: 'B1', botUserId: 'U1', teamId: 'T1', url: '' });
    await slack.identity();
    expect(calls).toHaveLength(2);
  });
  test('channels are listed over all pages, once', async () => {
    answers['conversations.list'] = (response, args, call) =>
      json(
        args.get('cursor') === 'more'
          ? { ok: true, channels: [{ id: 'C0000002', name: 'slo' }] }
          : {
              ok: true,
              channels: [{ id: 'C0000001', name: 'finance-ops' }],
              response_metadata: { next_cursor: 'more' },
            },
      )(response, args, call);
    expect(await slack.channelId('slo')).toBe('C0000002');
    expect(await slack.channelId('#finance-ops')).toBe('C0000001');
    expect(await slack.channelId('C9999999')).toBe('C9999999');
    expect(calls).toHaveLength(2);
    expect(await faultOf(slack.channelId('nowhere'))).toMatchObject({ slackError: 'channel_not_found' });
    expect(calls).toHaveLength(4);
  });
  test('public channels are listed where private may not be', async () => {
    answers['conversations.list'] = (response, args, call) =>
      (args.get('types') === 'public_channel'
        ? json({ ok: true, channels: [{ id: 'C0000001', name: 'slo' }] })
        : refuse('missing_scope'))(response, args, call);
    expect(await slack.channelId('slo')).toBe('C0000001');
  });
  test('a history without its list proves nothing', async () => {
    answers['conversations.history'] = json({ ok: true });
    const look = slack.messagesSince({ channelId: 'C0000001', oldestTs: '1.0' });
    expect((await faultOf(look)).code).toBe('slack_unavailable');
  });
  test('a history that never ends proves nothing', async () => {
    answers['conversations.history'] = json({
      ok: true,
      messages: [],
      response_metadata: { next_cursor: 'more' },
    });
    const look = slack.messagesSince({ channelId: 'C0000001', oldestTs: '1.0' });
    expect((await faultOf(look)).code).toBe('slack_unavailable');
  });
});

describe('a server that implements little', () => {
  test('names are used where it cannot list', async () => {
    expect(await slack.channelId('#finance-ops')).toBe('finance-ops');
  });
  test('channels are ours where it cannot tell', async () => {
    expect(await slack.isExternallyShared('C0000001')).toBe(false);
  });
  test('404 is a missing method too', async () => {
    answers['chat.getPermalink'] = json({}, 404);
    const fault = await faultOf(slack.permalink({ channelId: 'C0000001', ts: '1.0' }));
    expect(fault).toMatchObject({ code: 'slack_refused', slackError: 'unknown_method' });
  });
  test('an outage is not taken for a missing method', async () => {
    answers['conversations.info'] = json({}, 500);
    expect((await faultOf(slack.isExternallyShared('C0000001'))).code).toBe('slack_unavailable');
  });
});

test("a person's channel is their direct message, opened once and never shared", async () => {
  answers['conversations.open'] = json({ ok: true, channel: { id: 'D0000001' } });
  expect(await slack.channelId('U0000001')).toBe('D0000001');
  expect(await slack.channelId('U0000001')).toBe('D0000001');
  expect(await slack.isExternallyShared('D0000001')).toBe(false);
  expect(calls.map(({ method, args }) => [method, args.get('users')])).toEqual([
    ['conversations.open', 'U0000001'],
  ]);
});
