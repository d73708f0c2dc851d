import { performance } from 'node:perf_hooks';
import { describeError } from '../../../src/errors.ts';
import type { AppSettings } from '../workspace.ts';
import { ACK_LIMIT_MS, type Ack, type Carry, type Delivery } from './delivery.ts';
import { signBody } from './sign.ts';

/**
 * Carries deliveries as signed HTTP requests. A dropped one never arrives; one whose reply is lost reaches the app and
 * counts as failed. The time limit and the signature use real time.
 */
export function makeRequests(app: AppSettings): Carry {
  return async (delivery, fault) => {
    const url = app.eventsUrl();
    if (url === null || fault === 'drop')
      return { ackMs: 0, body: '', noRetry: false, status: 0, error: 'connection_failed' };
    const ack = await send(app, url, delivery);
    return fault === 'lost_reply' ? { ...ack, status: 0, error: 'connection_failed' } : ack;
  };
}

async function send(app: AppSettings, url: string, delivery: Delivery): Promise<Ack> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const { contentType, body } = encode(delivery);
  const startedAt = performance.now();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signBody(app.signingSecret, timestamp, body),
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        ...retryHeaders(delivery),
      },
      body: Buffer.from(body, 'utf8'),
      redirect: 'error',
      signal: AbortSignal.timeout(ACK_LIMIT_MS),
    });
    const answer = await response.text();
    return {
      status: response.status,
      ackMs: Math.round(performance.now() - startedAt),
      body: answer,
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

/** Events are JSON, interactions a form with one field `payload`, commands plain form fields. */
function encode({ kind, payload }: Delivery): { contentType: string; body: string } {
  if (kind === 'events_api') return { contentType: 'application/json', body: JSON.stringify(payload) };
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  const body = new URLSearchParams(fields as Record<string, string>).toString();
  return { contentType: 'application/x-www-form-urlencoded', body };
}

function retryHeaders({ retry }: Delivery): Record<string, string> {
  return retry === undefined
    ? {}
    : { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason };
}
