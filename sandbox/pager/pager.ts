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
/** A request older than this is refused, as one that somebody kept. */
const MOST_AGE_S = 300;

export async function openLocalPager(options: {
  pool: Pool;
  clock: Clock;
  signingSecret: string;
}): Promise<LocalPager> {
  const { pool, clock, signingSecret } = options;
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
          const lost = takeFault(faults, response);
          if (lost === 'answered') return;
          const event = checkEvent(request.body);
          if ('errors' in event) {
            const invalid = { status: 'invalid event', message: 'Event object is invalid' };
            return sendJson(response, 400, { ...invalid, errors: event.errors });
          }
          const signature = isSigned(signingSecret, request.headers, request.body.toString('utf8'));
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
function takeFault(faults: Faults, response: Parameters<RouteHandler>[1]): 'answered' | 'reply' | undefined {
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
    case 'timeout':
    case 'drop':
    case 'slow':
      response.destroy();
      return 'answered';
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

/** GET /sandbox/pager: every event in order, and the incidents that are open: triggered and not resolved since. */
async function readPager(pool: Pool): Promise<object> {
  const events = await pool.query(
    `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, action, dedup_key, summary, severity,
            signature_ok
       from pager.events order by seq`,
  );
  const open = await pool.query(
    `select distinct on (dedup_key) dedup_key, summary, severity, acknowledged
       from (select *, bool_or(action = 'acknowledge') over of_key as acknowledged,
                    last_value(action) over of_key as last
               from pager.events
             window of_key as (partition by dedup_key order by seq
                               rows between unbounded preceding and unbounded following)) e
      where action = 'trigger' and last <> 'resolve' order by dedup_key, seq desc`,
  );
  return { events: events.rows, open: open.rows };
}
