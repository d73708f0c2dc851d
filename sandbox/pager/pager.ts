import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from '../../src/database/pool.ts';
import { signPage } from '../../src/adapters/pager.ts';
import type { Clock } from '../../src/ports.ts';
import type { FaultOrder, Faults } from '../slack/faults.ts';
import { makeFaults } from '../slack/faults.ts';
import { sendJson, type RouteHandler } from '../slack/http.ts';
import { checkEvent, type PagedEvent } from './check-event.ts';

/** A pager of our own: as strict about what it takes as PagerDuty's Events API v2, and with a memory. */
export interface LocalPager {
  routes: Map<string, RouteHandler>;
  /** False when the fault is not the pager's. */
  plant(order: FaultOrder): boolean;
}

const TARGET = 'pager';
/** How long a "slow" fault holds an answer back, in real milliseconds. */
const SLOW_MS = 2_000;
/** A request older than this is refused, as one that somebody kept. */
const MOST_AGE_S = 300;

export interface PagerKeys {
  routingKey: string;
  signingSecret: string;
}

export async function openLocalPager(options: {
  pool: Pool;
  clock: Clock;
  keys: PagerKeys;
}): Promise<LocalPager> {
  const { pool, clock, keys } = options;
  await pool.query(`
    create schema if not exists pager;
    create table if not exists pager.events (
      seq bigint generated always as identity primary key, at timestamptz not null, action text not null,
      dedup_key text not null, summary text, severity text, signature_ok boolean not null);`);
  const faults = makeFaults();
  return {
    plant(order) {
      if (order.target !== TARGET) return false;
      faults.plant(order);
      return true;
    },
    routes: new Map<string, RouteHandler>([
      [
        'POST /pager/v2/enqueue',
        async (request, response) => {
          const lost = await takeFault(faults, response);
          if (lost === 'answered') return;
          const event = checkEvent(request.body);
          if ('errors' in event) {
            const invalid = { status: 'invalid event', message: 'Event object is invalid' };
            return sendJson(response, 400, { ...invalid, errors: event.errors });
          }
          if (event.routing_key !== keys.routingKey)
            return sendJson(response, 400, {
              status: 'invalid event',
              errors: ['routing_key: no such integration'],
            });
          const signature = isSigned(keys.signingSecret, request.headers, request.body.toString('utf8'));
          await keep(pool, clock.now(), event, signature);
          if (lost === 'reply') return void response.destroy();
          sendJson(response, 202, {
            status: 'success',
            message: 'Event processed',
            dedup_key: event.dedup_key,
          });
        },
      ],
      ['GET /sandbox/pager', async (_request, response) => sendJson(response, 200, await readPager(pool))],
    ]),
  };
}

/** What the planted fault does to this request: the answer it gives, or the reply it loses. */
async function takeFault(
  faults: Faults,
  response: Parameters<RouteHandler>[1],
): Promise<'answered' | 'reply' | undefined> {
  const fault = faults.take(TARGET);
  if (fault === undefined) return undefined;
  switch (fault.kind) {
    case '429':
      response.setHeader('retry-after', String(fault.retryAfter));
      sendJson(response, 429, { status: 'throttle exceeded' });
      return 'answered';
    case '500':
    case 'error':
      sendJson(response, fault.kind === '500' ? 500 : 400, { status: fault.error, errors: [fault.error] });
      return 'answered';
    case 'lost_reply':
      return 'reply';
    case 'drop':
      response.destroy();
      return 'answered';
    case 'timeout':
      await once(response, 'close');
      return 'answered';
    case 'slow':
      await wait(SLOW_MS);
      return undefined;
  }
}

/** Signed by us, and not a copy of an old one. Slack's form of it, with our own names. */
function isSigned(secret: string, headers: Record<string, unknown>, body: string): boolean {
  const timestamp = String(headers['x-mutabik-timestamp'] as string | undefined);
  const ageS = Math.abs(Date.now() / 1000 - Number(timestamp));
  return headers['x-mutabik-signature'] === signPage(secret, timestamp, body) && ageS < MOST_AGE_S;
}

async function keep(pool: Pool, now: Date, event: PagedEvent, signatureOk: boolean): Promise<void> {
  await pool.query(
    `insert into pager.events (at, action, dedup_key, summary, severity, signature_ok) values ($1, $2, $3, $4, $5, $6)`,
    [
      now,
      event.event_action,
      event.dedup_key,
      event.payload?.summary ?? null,
      event.payload?.severity ?? null,
      signatureOk,
    ],
  );
}

interface KeptEvent {
  at: string;
  action: PagedEvent['event_action'];
  dedup_key: string;
  summary: string | null;
  severity: string | null;
  signature_ok: boolean;
}

interface OpenIncident {
  dedup_key: string;
  summary: string | null;
  severity: string | null;
  acknowledged: boolean;
}

/** GET /sandbox/pager: every event in order, and the incidents that are open. */
async function readPager(pool: Pool): Promise<object> {
  const { rows: events } = await pool.query<KeptEvent>(
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action, dedup_key, summary, severity,
            signature_ok
       from pager.events order by seq`,
  );
  return { events, open: openIncidents(events) };
}

/** A first trigger opens, further ones of its key are the same incident, a resolve closes it. */
export function openIncidents(events: readonly Omit<KeptEvent, 'at' | 'signature_ok'>[]): OpenIncident[] {
  const open = new Map<string, OpenIncident>();
  for (const { action, dedup_key: key, summary, severity } of events) {
    const incident = open.get(key);
    if (action === 'resolve') open.delete(key);
    else if (action === 'acknowledge' && incident !== undefined) incident.acknowledged = true;
    else if (action === 'trigger' && incident === undefined)
      open.set(key, { dedup_key: key, summary, severity, acknowledged: false });
  }
  return [...open.values()];
}
