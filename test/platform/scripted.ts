import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import { makeLog } from '../../src/log.ts';
import { makePlatform, type GatewayOptions } from '../../src/platform/gateway.ts';
import type { AttemptRef, Order, Platform } from '../../src/platform/types.ts';
import { parsePolicy } from '../../src/policy.ts';
import type { PlatformPolicy } from '../../src/policy/platform.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';

interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
/** What the server does with one request. */
export type Script = (response: ServerResponse, seen: Seen, socket: Socket) => unknown;

export interface Scripted {
  url: string;
  seen: Seen[];
  script: Script;
  close(): Promise<void>;
}

/** A server of HTTP that does to each request what the script says. */
export async function openScripted(): Promise<Scripted> {
  const scripted: Scripted = { url: '', seen: [], script: json(500, {}), close: async () => {} };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
      scripted.seen.push(seen);
      scripted.script(response, seen, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scripted.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  scripted.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return scripted;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Script {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export const EXAMPLE = parsePolicy(
  readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'),
).platform;
export const TOKEN = 'tök"en/of+ours';

export const ORDER: Order = {
  operationId: '7c5dd9a5-0a5e-4f30-9d3d-5c7a8a2f1f10',
  action: 'retry',
  idempotencyKey: '0d1f4a44-2b1c-4c57-8f5e-7a5b1c3d9e20',
  tenantId: 'acme',
  transactionId: 'po/1 ü',
  amount: '120.50',
  currency: 'TRY',
  actor: 'person:U1',
  reason: 'müşteri bekliyor',
  override: '',
};
export const ATTEMPT: AttemptRef = {
  attemptId: 'pa_1',
  transactionId: ORDER.transactionId,
  tenantId: 'acme',
  provider: 'bankone',
  reference: 'ref 1',
};
export const ACCEPTED = { payout: ORDER.transactionId, status: 'accepted', attempt: 'pa_2' };

export interface Gateway {
  platform: Platform;
  clock: TestClock;
  events: unknown[];
}

/** A gateway to the example's platform, with a short patience. */
export function openGateway(
  url: string | undefined,
  change: Partial<PlatformPolicy> = {},
  more: Partial<GatewayOptions> = {},
): Gateway {
  const clock = makeTestClock('2026-01-15T06:00:00Z');
  const events: unknown[] = [];
  const platform = makePlatform({
    policy: { ...EXAMPLE, time_limit_seconds: 0.4, ...change },
    url,
    token: TOKEN,
    clock,
    log: makeLog('silent'),
    onEvent: (event) => events.push(event),
    ...more,
  });
  return { platform, clock, events };
}
