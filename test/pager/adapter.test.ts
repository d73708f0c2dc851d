import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePager, signPage } from '../../src/adapters/pager.ts';
import type { PagerEvent } from '../../src/ports.ts';
import { checkEvent } from '../../sandbox/pager/check-event.ts';
import { openIncidents } from '../../sandbox/pager/pager.ts';

const KEY = '0123456789abcdef0123456789abcdef';
const EVENT: PagerEvent = {
  action: 'trigger',
  dedupKey: 'escalation-1',
  summary: 'Sev-1: a payment was made twice',
  severity: 'critical',
  at: new Date('2026-01-15T06:00:00Z'),
};

let url: string;
let answer: { status: number; headers?: Record<string, string> };
let seen: { headers: IncomingHttpHeaders; body: string }[];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += String(part)));
  request.on('end', () => {
    seen.push({ headers: request.headers, body });
    if (answer.status === 0) return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers ?? {}).end('words of the pager');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/enqueue`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const send = async (status: number, headers: Record<string, string> = {}, event = EVENT) => {
  seen = [];
  answer = { status, headers };
  await makePager({ url, routingKey: KEY, signingSecret: 'a secret of ours!', timeoutMs: 1_000 }).send(event);
};

describe('a page', () => {
  test('is an event as PagerDuty takes it', async () => {
    await send(202);
    expect(checkEvent(Buffer.from(seen[0]!.body))).toMatchObject({
      routing_key: KEY,
      event_action: 'trigger',
      dedup_key: 'escalation-1',
      payload: { summary: EVENT.summary, severity: 'critical', timestamp: '2026-01-15T06:00:00.000Z' },
    });
  });

  test('is signed over time and body', async () => {
    await send(202);
    const { headers, body } = seen[0]!;
    const timestamp = String(headers['x-mutabik-timestamp']);
    expect(headers['x-mutabik-signature']).toBe(signPage('a secret of ours!', timestamp, body));
    expect(signPage('secret', '1700000000', '{}')).toBe(
      'v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163',
    );
  });

  test.each([
    [429, { 'retry-after': '7' }, { code: 'pager_unavailable', retryable: true, retryAfterMs: 7_000 }],
    [408, {}, { code: 'pager_unavailable', retryable: true }],
    [500, {}, { code: 'pager_unavailable', retryable: true }],
    [0, {}, { code: 'pager_unavailable', retryable: true }],
    [301, { location: 'http://127.0.0.1:1/' }, { code: 'pager_unavailable' }],
    [400, {}, { code: 'pager_refused', retryable: false }],
    [403, {}, { code: 'pager_refused', retryable: false }],
  ])('answered with %i is a fault of its kind', async (status, headers, fault) => {
    await expect(send(status, headers as Record<string, string>)).rejects.toMatchObject(fault);
  });

  test('with too long a summary is cut', async () => {
    await send(202, {}, { ...EVENT, summary: 'ğ'.repeat(2_000), dedupKey: 'k'.repeat(400) });
    expect(checkEvent(Buffer.from(seen[0]!.body))).not.toHaveProperty('errors');
  });
});

describe('the stand-in', () => {
  const event = (change: object) =>
    checkEvent(
      Buffer.from(
        JSON.stringify({
          routing_key: KEY,
          event_action: 'trigger',
          dedup_key: 'k',
          payload: { summary: 's', source: 'mutabik', severity: 'critical' },
          ...change,
        }),
      ),
    );

  test.each([
    ['no integration', { routing_key: undefined }],
    ['another action', { event_action: 'snooze' }],
    ['no key', { dedup_key: '' }],
    ['a long key', { dedup_key: 'k'.repeat(256) }],
    ['no payload', { payload: undefined }],
    ['a severity of ours', { payload: { summary: 's', source: 'mutabik', severity: 'sev1' } }],
    ['a field nobody knows', { urgency: 'high' }],
    ['a link without address', { links: [{ href: 'here' }] }],
  ])('refuses %s', (_what, change) => {
    expect(event(change)).toHaveProperty('errors');
  });

  test('takes what is right', () => {
    expect(event({})).not.toHaveProperty('errors');
  });

  test('opens an incident once and closes it', () => {
    const told = (...actions: ('trigger' | 'acknowledge' | 'resolve')[]) =>
      openIncidents(
        actions.map((action) => ({ action, dedup_key: 'k', summary: action, severity: 'critical' })),
      ).map(({ acknowledged }) => acknowledged);
    expect(told('trigger', 'trigger')).toEqual([false]);
    expect(told('trigger', 'acknowledge', 'trigger')).toEqual([true]);
    expect(told('trigger', 'acknowledge', 'resolve')).toEqual([]);
    expect(told('trigger', 'acknowledge', 'resolve', 'trigger')).toEqual([false]);
    expect(told('resolve', 'acknowledge')).toEqual([]);
  });
});
