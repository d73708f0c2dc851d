import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ACCEPTED,
  EXAMPLE,
  ORDER,
  TOKEN,
  json,
  openGateway,
  openScripted,
  type Script,
  type Scripted,
} from './scripted.ts';

let server: Scripted;
beforeAll(async () => {
  server = await openScripted();
});
afterAll(async () => await server.close());
beforeEach(() => {
  server.seen = [];
});

const send = async (script: Script, url = server.url) => {
  server.script = script;
  return await openGateway(url).platform.send(ORDER);
};

const html: Script = (response) =>
  response.writeHead(202, { 'content-type': 'text/html' }).end('<p>accepted</p>');
const raw =
  (text: string): Script =>
  (_response, _seen, socket) =>
    void socket.end(text);

describe('what is sent', () => {
  test('is what the policy writes, with one key', async () => {
    await send(json(202, ACCEPTED));
    expect(server.seen).toHaveLength(1);
    const [seen] = server.seen;
    expect(seen).toMatchObject({
      method: 'POST',
      path: '/v1/payouts/po%2F1%20%C3%BC/retry',
      headers: { 'idempotency-key': ORDER.idempotencyKey, 'content-type': 'application/json' },
    });
    expect(JSON.parse(seen?.body ?? '')).toEqual({
      reason: ORDER.reason,
      requested_by: ORDER.actor,
      override: '',
    });
  });

  test('names the override that it carries out', async () => {
    const override = 'b7c0f2c4-2b1c-4c57-8f5e-7a5b1c3d9e20';
    const { platform } = openGateway(server.url);
    server.script = json(202, ACCEPTED);
    await platform.send({ ...ORDER, override });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({ override });
  });

  test.each(['.', '..', ''])('a subject spelt "%s" leads nowhere', async (transactionId) => {
    const { platform } = openGateway(server.url);
    expect(await platform.send({ ...ORDER, transactionId })).toEqual({
      as: 'not_done',
      why: 'unreachable',
      retryAfterMs: null,
      exchange: null,
    });
    expect(server.seen).toEqual([]);
  });

  test('a header holds what is not ASCII, spelt out', async () => {
    const retry = { ...EXAMPLE.actions.retry!, headers: { 'X-Reason': '{reason}' } };
    const { platform } = openGateway(server.url, { actions: { ...EXAMPLE.actions, retry } });
    server.script = json(202, ACCEPTED);
    await platform.send({ ...ORDER, reason: `${ORDER.reason}\r\nX-Evil: 1` });
    expect(server.seen[0]?.headers).toMatchObject({
      'x-reason': 'm%C3%BC%C5%9Fteri bekliyor%0D%0AX-Evil: 1',
    });
  });
});

describe('an answer', () => {
  test('of the declared shape is a success', async () => {
    expect(await send(json(202, ACCEPTED))).toMatchObject({ as: 'succeeded', attemptId: 'pa_2' });
  });

  test.each<[string, unknown]>([
    ['code', { code: 'wrong_state', message: 'no' }],
    ['error.code', { error: { code: 'wrong_state' } }],
    ['errors.0.code', { errors: [{ code: 'wrong_state', detail: 'no' }] }],
    ['type', { type: 'wrong_state', title: 'no', status: 409 }],
    ['fault', { fault: 'wrong_state' }],
  ])('with a listed code at %s is a refusal', async (_at, body) => {
    expect(await send(json(409, body))).toMatchObject({
      as: 'refused',
      code: 'wrong_state',
      means: 'wrong_state',
    });
  });

  test.each(EXAMPLE.actions.retry!.refusals.map((listed) => [listed.status, listed.code, listed.means]))(
    '%i %s is a refusal that means %s',
    async (status, code, means) => {
      expect(await send(json(Number(status), { code }))).toMatchObject({ as: 'refused', code, means });
    },
  );

  test.each<[string, Script, string]>([
    ['500', json(500, { code: 'wrong_state' }), 'status'],
    ['503 without a word', (response) => response.writeHead(503).end(), 'status'],
    ['422 with another code', json(422, { code: 'no_such_rule' }), 'status'],
    ['404 of somebody else', (response) => response.writeHead(404).end('Not Found'), 'status'],
    ['a listed code with another status', json(400, { code: 'wrong_state' }), 'status'],
    ['421, which may be sent again,', json(421, ACCEPTED), 'status'],
    ['a redirect', json(307, ACCEPTED, { location: '/elsewhere' }), 'status'],
    ['another 2xx', json(200, ACCEPTED), 'status'],
    ['a page', html, 'shape'],
    ['a cut JSON', (response) => response.writeHead(202).end('{"payout":'), 'shape'],
    ['an empty 202', (response) => response.writeHead(202).end(), 'shape'],
    ['a list', json(202, [ACCEPTED]), 'shape'],
    ['another payout', json(202, { ...ACCEPTED, payout: 'po/2' }), 'shape'],
    ['another status word', json(202, { ...ACCEPTED, status: 'queued' }), 'shape'],
    ['no attempt', json(202, { ...ACCEPTED, attempt: undefined }), 'shape'],
    ['an attempt that is no id', json(202, { ...ACCEPTED, attempt: 'a\u0000b' }), 'shape'],
    ['a huge one', json(202, { ...ACCEPTED, more: 'x'.repeat(70_000) }), 'shape'],
    ['a connection cut before it', (_response, _seen, socket) => void socket.destroy(), 'connection'],
    ['a reset', (_response, _seen, socket) => void socket.resetAndDestroy(), 'connection'],
    ['no HTTP', raw('SSH-2.0-OpenSSH_9.6\r\n'), 'connection'],
    ['a body cut short', raw('HTTP/1.1 202 OK\r\ncontent-length: 900\r\n\r\n{"payout"'), 'connection'],
    ['silence', () => {}, 'time_limit'],
    ['a body that hangs', (response) => response.writeHead(202).write('{"payout"'), 'time_limit'],
  ])('%s is unknown', async (_what, script, why) => {
    expect(await send(script)).toMatchObject({ as: 'unknown', why });
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, Script, object]>([
    ['401', json(401, {}), { why: 'unauthorised', retryAfterMs: null }],
    ['an unlisted 403', json(403, { code: 'token_expired' }), { why: 'unauthorised' }],
    ['an unlisted 429', json(429, {}, { 'retry-after': '7' }), { why: 'busy', retryAfterMs: 7_000 }],
    ['429 without a time', json(429, {}), { why: 'busy', retryAfterMs: null }],
    [
      '429 with a date of theirs',
      json(
        429,
        {},
        { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' },
      ),
      { why: 'busy', retryAfterMs: 9_000 },
    ],
    [
      '429 for a year',
      json(429, {}, { 'retry-after': '31536000' }),
      { why: 'busy', retryAfterMs: 3_600_000 },
    ],
  ])('%s is certainly not done', async (_what, script, said) => {
    expect(await send(script)).toMatchObject({ as: 'not_done', ...said });
  });

  test('a refused connection is certainly not done', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await send(json(202, {}), `http://127.0.0.1:${port}`)).toMatchObject({
      as: 'not_done',
      why: 'unreachable',
      exchange: { status: null, answer: null },
    });
    expect(await send(json(202, {}), `http://localhost:${port}`)).toMatchObject({ why: 'unreachable' });
  });

  test('a name that is none is certainly not done', async () => {
    expect(await send(json(202, {}), 'http://no-such-host.invalid')).toMatchObject({ why: 'unreachable' });
  });

  test('a connection that is cut later is unknown', async () => {
    const { platform } = openGateway(server.url);
    server.script = json(202, ACCEPTED);
    expect(await platform.send(ORDER)).toMatchObject({ as: 'succeeded' });
    server.script = (_response, _seen, socket) => void socket.resetAndDestroy();
    expect(await platform.send(ORDER)).toMatchObject({ as: 'unknown', why: 'connection' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('what is kept', () => {
  test('is the exchange, without our secrets', async () => {
    const said = {
      code: 'wrong_state',
      mirror: [`Bearer ${TOKEN}`, encodeURIComponent(TOKEN)],
      who: 'ayse@example.com +90 532 123 45 67 TR33 0006 1005 1978 6457 8413 26 card 4111 1111 1111 1111',
    };
    // Some spell a slash with a backslash before it.
    const text = JSON.stringify(said).replaceAll('/', String.raw`\/`);
    const { exchange } = await send((response) => response.writeHead(409).end(text));
    expect(exchange).toMatchObject({
      method: 'POST',
      path: '/v1/payouts/po%2F1%20%C3%BC/retry',
      status: 409,
    });
    expect(exchange?.answer).toContain('wrong_state');
    expect(JSON.parse(exchange?.answer ?? '')).toMatchObject({
      mirror: ['Bearer [token]', '[token]'],
      who: '[e-mail] [phone] [IBAN] card [card]',
    });
  });

  test('has no token, wherever the policy puts it', async () => {
    const retry = {
      ...EXAMPLE.actions.retry!,
      path: '/v1/{subject}?access={token}',
      body: { password: '{token}' },
    };
    const { platform } = openGateway(server.url, { actions: { ...EXAMPLE.actions, retry } });
    server.script = json(202, ACCEPTED);
    const { exchange } = await platform.send(ORDER);
    expect(server.seen[0]?.body).toContain(JSON.stringify(TOKEN));
    expect(exchange).toMatchObject({
      path: '/v1/po%2F1%20%C3%BC?access=[token]',
      body: '{"password":"[token]"}',
    });
  });

  test('is at most 2,000 characters of an answer', async () => {
    const { exchange } = await send(json(500, { text: 'x\u0000'.repeat(5_000) }));
    expect(exchange?.answer).toHaveLength(2_000);
  });
});

describe('an action that must not be sent', () => {
  const { retry, lookup, ...others } = EXAMPLE.actions;
  const { idempotent: _, ...keyless } = retry!;
  test.each<[string, string | undefined, object]>([
    ['no_platform', undefined, EXAMPLE.actions],
    ['not_named', 'http://127.0.0.1:1', { ...others, lookup }],
    ['no_idempotency', 'http://127.0.0.1:1', { ...EXAMPLE.actions, retry: keyless }],
    ['no_idempotency', 'http://127.0.0.1:1', { ...EXAMPLE.actions, retry: { ...keyless, effect: 'state' } }],
    ['no_lookup', 'http://127.0.0.1:1', { ...others, retry }],
  ])('is not offered: %s', async (why, url, actions) => {
    const { platform } = openGateway(url, { actions });
    expect(platform.offerOf('retry')).toBe(why);
    await expect(platform.send(ORDER)).rejects.toThrow(`retry is not offered (${why})`);
  });

  test('is remembered by the platform for a day', () => {
    expect(openGateway(server.url).platform.keepsMs('retry')).toBe(86_400_000);
    expect(openGateway(server.url, { actions: {} }).platform.keepsMs('retry')).toBe(0);
  });
});
