import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { describeError } from '../../../src/errors.ts';
import type { CallLog } from '../call-log.ts';
import type { Fault, Faults } from '../faults.ts';
import type { JsonObject } from '../types.ts';
import type { AppSettings } from '../workspace.ts';
import { signBody } from './sign.ts';

const ACK_LIMIT_MS = 3_000;
const SLOW_MS = 2_000;

/** One signed request to the app. */
export interface Delivery {
  /** What the log calls it: an event type, an interaction type or a command. */
  name: string;
  contentType: 'application/json' | 'application/x-www-form-urlencoded';
  body: string;
  /** The payload as data, for the log. */
  args: JsonObject;
  retry?: { num: number; reason: string };
}

/** What the app said within three seconds. */
export interface Ack {
  /** HTTP status; 0 when there was no answer. */
  status: number;
  ackMs: number;
  body: string;
  /** Why this delivery failed, in Slack's words for retries; absent when the answer was 2xx. */
  error?: 'http_timeout' | 'connection_failed' | 'http_error';
  noRetry: boolean;
}

/** Signs and posts; never throws. The time limit and the signature use real time. */
export async function postDelivery(
  parts: { app: AppSettings; faults: Faults; calls: CallLog },
  delivery: Delivery,
): Promise<Ack> {
  const fault = parts.faults.take('delivery');
  const ack = await attempt(parts.app, delivery, fault);
  parts.calls.append({
    direction: 'delivery',
    method: delivery.name,
    ok: ack.error === undefined,
    status: ack.status,
    ...(ack.error === undefined ? {} : { error: ack.error }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
    args: delivery.args,
  });
  return ack;
}

/** A delivery's faults: lost_reply reaches the app but counts as failed; slow arrives late; others never arrive. */
async function attempt(app: AppSettings, delivery: Delivery, fault: Fault | undefined): Promise<Ack> {
  const url = app.eventsUrl();
  const nothing = { ackMs: 0, body: '', noRetry: false };
  if (url === null || fault?.kind === 'drop') return { ...nothing, status: 0, error: 'connection_failed' };
  if (fault?.kind === 'timeout') return { ...nothing, status: 0, error: 'http_timeout' };
  if (fault?.kind === '429' || fault?.kind === '500' || fault?.kind === 'error')
    return { ...nothing, status: fault.kind === '429' ? 429 : 500, error: 'http_error' };
  if (fault?.kind === 'slow') await wait(SLOW_MS);
  const ack = await send(app, url, delivery);
  return fault?.kind === 'lost_reply' ? { ...ack, status: 0, error: 'connection_failed' } : ack;
}

async function send(app: AppSettings, url: string, delivery: Delivery): Promise<Ack> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': delivery.contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signBody(app.signingSecret, timestamp, delivery.body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...(delivery.retry === undefined
          ? {}
          : {
              'x-slack-retry-num': String(delivery.retry.num),
              'x-slack-retry-reason': delivery.retry.reason,
            }),
      },
      body: Buffer.from(delivery.body, 'utf8'),
      redirect: 'error',
      signal: AbortSignal.timeout(ACK_LIMIT_MS),
    });
    const body = await response.text();
    return {
      status: response.status,
      ackMs: Math.round(performance.now() - startedAt),
      body,
      noRetry: response.headers.get('x-slack-no-retry') === '1',
      ...(response.ok ? {} : { error: 'http_error' as const }),
    };
  } catch (error) {
    const ackMs = Math.round(performance.now() - startedAt);
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    return {
      status: 0,
      ackMs,
      noRetry: false,
      body: describeError(error),
      error: timedOut ? 'http_timeout' : 'connection_failed',
    };
  }
}
