import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeHands } from '../../src/platform/hands.ts';
import type { PlatformPolicy } from '../../src/policy/platform.ts';
import { waitFor } from '../support/wait-for.ts';
import {
  ACCEPTED,
  ATTEMPT,
  ORDER,
  TOKEN,
  json,
  openGateway,
  openScripted,
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

describe('the breaker', () => {
  const breaker = { failures: 3, pause_seconds: 30 };

  test('opens after failures in a row, and one call tries', async () => {
    const { platform, clock, events } = openGateway(server.url, { breaker });
    server.script = json(500, {});
    for (const _ of [1, 2, 3]) expect(await platform.send(ORDER)).toMatchObject({ as: 'unknown' });
    expect(platform.pausedUntil()).toEqual(new Date('2026-01-15T06:00:30Z'));
    expect(await platform.send(ORDER)).toEqual({
      as: 'not_done',
      why: 'paused',
      retryAfterMs: 30_000,
      exchange: null,
    });
    expect(await platform.ask(ATTEMPT)).toEqual({ answer: 'error', exchange: null });
    expect(server.seen).toHaveLength(3);

    clock.advance(30_000);
    expect(platform.pausedUntil()).toBeNull();
    const both = await Promise.all([platform.send(ORDER), platform.send(ORDER)]);
    expect(both.map(({ as }) => as)).toEqual(['unknown', 'not_done']);
    expect(platform.pausedUntil()).toEqual(new Date('2026-01-15T06:01:00Z'));

    clock.advance(30_000);
    server.script = json(202, ACCEPTED);
    expect(await platform.send(ORDER)).toMatchObject({ as: 'succeeded' });
    expect(platform.pausedUntil()).toBeNull();
    expect(events).toEqual([{ as: 'unreachable', failures: 3 }, { as: 'reachable' }, { as: 'authorised' }]);
  });

  test('does not count what nobody was called for', async () => {
    const { platform, events } = openGateway(server.url, { breaker });
    for (const _ of [1, 2, 3, 4])
      expect(await platform.ask({ ...ATTEMPT, attemptId: '..' })).toMatchObject({ answer: 'error' });
    expect(platform.pausedUntil()).toBeNull();
    expect([server.seen, events]).toEqual([[], []]);
  });

  test('does not count what is answered', async () => {
    const { platform } = openGateway(server.url, { breaker });
    for (const status of [500, 500, 409, 500, 500, 429, 500, 401, 500]) {
      server.script = json(status, {});
      await platform.send(ORDER);
    }
    expect(platform.pausedUntil()).toBeNull();
    expect(server.seen).toHaveLength(9);
  });
});

describe('hands', () => {
  test('are no more than the policy says, first come first', async () => {
    const held: ServerResponse[] = [];
    server.script = (response) => held.push(response);
    const { platform } = openGateway(server.url, { most_at_once: 2, time_limit_seconds: 5 });
    const asked = ['1', '2', '3', '4', '5'].map((reference) => platform.ask({ ...ATTEMPT, reference }));
    for (let answered = 0; answered < 5; answered += 1) {
      const next = await waitFor('a call', async () => held.shift());
      expect(server.seen.length - answered).toBeLessThanOrEqual(2);
      next.writeHead(500).end();
    }
    await Promise.all(asked);
    expect(server.seen.map(({ path }) => path.at(-1)).slice(2)).toEqual(['3', '4', '5']);
  });

  test('are given up in time, and to the next', async () => {
    const hands = makeHands(1);
    const first = await hands.take(1_000);
    expect(await hands.take(1)).toBeNull();
    const next = hands.take(1_000);
    first?.();
    expect(await next).toBeTypeOf('function');
  });
});

describe('a session', () => {
  const login: NonNullable<PlatformPolicy['login']> = {
    method: 'POST',
    path: '/login',
    headers: {},
    body: { user: 'mutabik', password: '{token}' },
    token_at: 'data.session',
  };
  let sessions: number;
  let letIn: (session: string) => boolean;
  beforeEach(() => {
    sessions = 0;
    letIn = () => true;
    server.script = (response, seen, socket) => {
      if (seen.path === '/login')
        return json(200, { data: { session: `session-${(sessions += 1)}` } })(response, seen, socket);
      const session = (seen.headers.authorization ?? '').replace('Bearer ', '');
      return json(letIn(session) ? 202 : 401, ACCEPTED)(response, seen, socket);
    };
  });
  const paths = () => server.seen.map(({ path }) => path.replace(/.*\//, ''));

  test('is opened once for all who wait', async () => {
    const { platform } = openGateway(server.url, { login });
    const sent = await Promise.all([1, 2, 3].map(() => platform.send(ORDER)));
    expect(sent.map(({ as }) => as)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(paths()).toEqual(['login', 'retry', 'retry', 'retry']);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ user: 'mutabik', password: TOKEN });
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  test('is opened again once, with the same call and key', async () => {
    const { platform, events } = openGateway(server.url, { login });
    await platform.send(ORDER);
    letIn = (session) => session === 'session-2';
    expect(await platform.send(ORDER)).toMatchObject({ as: 'succeeded' });
    expect(paths()).toEqual(['login', 'retry', 'retry', 'login', 'retry']);
    const keys = server.seen.map(({ headers }) => headers['idempotency-key']).filter(Boolean);
    expect(new Set(keys)).toEqual(new Set([ORDER.idempotencyKey]));
    expect(events).not.toContainEqual(expect.objectContaining({ as: 'unauthorised' }));
  });

  test('that helps nothing is not opened for every call', async () => {
    const { platform, clock, events } = openGateway(server.url, { login });
    letIn = () => false;
    for (const _ of [1, 2, 3])
      expect(await platform.send(ORDER)).toMatchObject({ as: 'not_done', why: 'unauthorised' });
    expect(sessions).toBe(2);
    clock.advance(60_000);
    letIn = (session) => session === 'session-3';
    expect(await platform.send(ORDER)).toMatchObject({ as: 'succeeded' });
    expect(events).toEqual([{ as: 'reachable' }, { as: 'unauthorised', status: 401 }, { as: 'authorised' }]);
  });

  test('stays out of what is kept', async () => {
    const { platform } = openGateway(server.url, { login });
    const over = server.script;
    server.script = (response, seen, socket) =>
      seen.path === '/login'
        ? over(response, seen, socket)
        : json(500, { seen: seen.headers })(response, seen, socket);
    const { exchange } = await platform.send(ORDER);
    expect(exchange?.answer).toContain('Bearer [token]');
  });

  test.each([
    ['unauthorised', json(401, {})],
    ['unauthorised', json(200, { data: {} })],
    ['busy', json(429, {}, { 'retry-after': '2' })],
    ['unreachable', json(503, {})],
    ['unreachable', () => {}],
  ] as const)('that is not given is not done: %s', async (why, script) => {
    server.script = script;
    const { platform } = openGateway(server.url, { login });
    expect(await platform.send(ORDER)).toMatchObject({ as: 'not_done', why, exchange: null });
    expect(paths()).toEqual(['login']);
  });
});

test('each action has a right of its own', async () => {
  const { platform, events } = openGateway(server.url);
  server.script = (response, seen, socket) =>
    json(seen.method === 'GET' ? 200 : 403, {
      attempt: ATTEMPT.attemptId,
      reference: ATTEMPT.reference,
      provider_status: 'pending',
    })(response, seen, socket);
  for (const _ of [1, 2]) {
    await platform.send(ORDER);
    await platform.ask(ATTEMPT);
  }
  expect(events).toEqual([{ as: 'reachable' }, { as: 'unauthorised', status: 403 }]);
});
