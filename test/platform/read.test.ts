import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ATTEMPT,
  EXAMPLE,
  ORDER,
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

const KNOWN = { idempotency_key: ORDER.idempotencyKey };
const ABOUT = { attempt: ATTEMPT.attemptId, reference: ATTEMPT.reference };

describe('a look-up', () => {
  const lookUp = async (script: Script) => {
    server.script = script;
    return await openGateway(server.url).platform.lookUp(ORDER);
  };

  test('goes by our key alone and carries none', async () => {
    await lookUp(json(200, { ...KNOWN, status: 'accepted', attempt: 'pa_2' }));
    expect(server.seen[0]).toMatchObject({ method: 'GET', path: `/v1/operations/${ORDER.idempotencyKey}` });
    expect(server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test.each<[string, Script, object]>([
    [
      'accepted',
      json(200, { ...KNOWN, status: 'accepted', attempt: 'pa_2' }),
      { as: 'succeeded', attemptId: 'pa_2' },
    ],
    ['accepted', json(200, { ...KNOWN, status: 'accepted' }), { as: 'succeeded', attemptId: null }],
    ['pending', json(200, { ...KNOWN, status: 'pending' }), { as: 'pending' }],
    [
      'refused with a listed code',
      json(200, { ...KNOWN, status: 'refused', code: 'account_blocked' }),
      { as: 'refused', code: 'account_blocked', means: 'account_blocked' },
    ],
    [
      'refused with another code',
      json(200, { ...KNOWN, status: 'refused', code: 'new_word' }),
      { as: 'refused', code: 'new_word', means: 'other' },
    ],
    [
      'refused without a code',
      json(200, { ...KNOWN, status: 'refused' }),
      { as: 'refused', code: 'refused', means: 'other' },
    ],
    ['a key not known', json(404, { code: 'operation_not_found' }), { as: 'not_found' }],
  ])('reads %s', async (_what, script, outcome) => {
    expect(await lookUp(script)).toMatchObject(outcome);
  });

  test.each<[string, Script, string]>([
    ['a bare 404', json(404, {}), 'status'],
    ['a page', (response) => response.writeHead(200).end('<html>'), 'shape'],
    ['another key', json(200, { idempotency_key: 'x', status: 'accepted' }), 'shape'],
    ['another word', json(200, { ...KNOWN, status: 'Accepted' }), 'shape'],
    ['500', json(500, { code: 'operation_not_found' }), 'status'],
    ['429', json(429, {}), 'busy'],
    ['401', json(401, {}), 'unauthorised'],
    ['silence', () => {}, 'time_limit'],
    ['a cut connection', (_response, _seen, socket) => void socket.destroy(), 'connection'],
  ])('says nothing by %s', async (_what, script, why) => {
    expect(await lookUp(script)).toMatchObject({ as: 'unreadable', why });
  });
});

describe('an ask', () => {
  const ask = async (script: Script, attempt = ATTEMPT) => {
    server.script = script;
    return await openGateway(server.url).platform.ask(attempt);
  };

  test('names the exact reference and carries no key', async () => {
    await ask(json(200, { ...ABOUT, provider_status: 'failed' }));
    expect(server.seen[0]?.path).toBe('/v1/attempts/pa_1?provider=bankone&reference=ref%201');
    expect(server.seen[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test.each([
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['pending', 'pending'],
    ['not_found', 'not_found'],
    ['no_answer', 'silent'],
    ['FAILED', 'error'],
    ['toString', 'error'],
  ])('hears %s as %s', async (word, answer) => {
    expect(await ask(json(200, { ...ABOUT, provider_status: word }))).toMatchObject({ answer });
  });

  test.each<[string, Script]>([
    ['about another attempt', json(200, { ...ABOUT, attempt: 'pa_9', provider_status: 'failed' })],
    ['about another reference', json(200, { ...ABOUT, reference: 'ref 2', provider_status: 'failed' })],
    ['that names no attempt', json(200, { provider_status: 'failed' })],
    ['with another status', json(404, { ...ABOUT, provider_status: 'failed' })],
    ['that is a number', json(200, { ...ABOUT, provider_status: 1 })],
    ['that never comes', () => {}],
  ])('an answer %s is an error', async (_what, script) => {
    const asked = await ask(script);
    expect(asked.answer).toBe('error');
    expect(asked.exchange).not.toBeNull();
  });

  test('a number too large to be exact is no reference', async () => {
    const attempt = { ...ATTEMPT, reference: '9007199254740992' };
    const body = '{"attempt":"pa_1","reference":9007199254740993,"provider_status":"failed"}';
    expect(await ask((response) => response.writeHead(200).end(body), attempt)).toMatchObject({
      answer: 'error',
    });
  });

  test('a word in two lists says nothing', async () => {
    const recheck = EXAMPLE.actions.recheck!;
    const both = { ...recheck, answer: { ...recheck.answer, pending: ['failed'] } };
    const { platform } = openGateway(server.url, { actions: { recheck: both } });
    server.script = json(200, { ...ABOUT, provider_status: 'failed' });
    expect(await platform.ask(ATTEMPT)).toMatchObject({ answer: 'error' });
  });

  test('without a reference is not made', async () => {
    expect(await ask(json(200, {}), { ...ATTEMPT, reference: '' })).toEqual({
      answer: 'error',
      exchange: null,
    });
    expect(server.seen).toEqual([]);
  });

  test('without a platform or a recheck is not made', async () => {
    for (const { platform } of [openGateway(undefined), openGateway(server.url, { actions: {} })]) {
      expect(platform.canAsk()).toBe(false);
      expect(await platform.ask(ATTEMPT)).toEqual({ answer: 'error', exchange: null });
    }
  });
});
