import { createHmac } from 'node:crypto';
import { hostname } from 'node:os';
import { AppError, describeError } from '../errors.ts';
import type { Pager, PagerEvent } from '../ports.ts';

export interface PagerOptions {
  url: string;
  routingKey?: string;
  signingSecret?: string;
  /** Time limit of one call in milliseconds; 10,000 unless told. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

const SUMMARY_LIMIT = 1_024;
const DEDUP_KEY_LIMIT = 255;
/** Of what a pager says to a refusal, for the row. */
const REASON_LIMIT = 300;

/**
 * A pager behind a webhook: the body is PagerDuty's (https://developer.pagerduty.com/docs/events-api-v2), and every
 * request is signed, so that others may stand in its place. One try a call.
 */
export function makePager(options: PagerOptions): Pager {
  const { url, timeoutMs = 10_000 } = options;
  return {
    async send(event) {
      const body = JSON.stringify(bodyOf(event, options.routingKey));
      const response = await post(options, url, body, timeoutMs);
      const words = (await response.text().catch(() => '')).slice(0, REASON_LIMIT);
      if (response.ok) return;
      if (response.status === 408 || response.status === 429 || response.status >= 500)
        throw unavailable(response, words);
      throw new AppError('pager_refused', `the pager refused with ${response.status}: ${words}`, {
        retryable: false,
      });
    },
  };
}

/** What the signature covers: the timestamp, a dot and the body, byte for byte. */
export function signPage(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

async function post(
  { signingSecret, fetch: fetchOnce = fetch }: PagerOptions,
  url: string,
  body: string,
  timeoutMs: number,
): Promise<Response> {
  // The receiver compares it with its own clock, which knows nothing of ours.
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signed =
    signingSecret === undefined
      ? {}
      : {
          'x-mutabik-timestamp': timestamp,
          'x-mutabik-signature': signPage(signingSecret, timestamp, body),
        };
  try {
    return await fetchOnce(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signed },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new AppError('pager_unavailable', `the pager did not answer: ${describeError(error)}`, {
      retryable: true,
      cause: error,
    });
  }
}

function bodyOf(event: PagerEvent, routingKey: string | undefined): object {
  return {
    ...(routingKey === undefined ? {} : { routing_key: routingKey }),
    event_action: event.action,
    dedup_key: event.dedupKey.slice(0, DEDUP_KEY_LIMIT),
    payload: {
      summary: Array.from(event.summary).slice(0, SUMMARY_LIMIT).join(''),
      source: `mutabik@${hostname()}`,
      severity: event.severity,
      timestamp: event.at.toISOString(),
    },
    ...(event.link === undefined ? {} : { links: [event.link] }),
  };
}

function unavailable(response: Response, words: string): AppError {
  const asked = Number(response.headers.get('retry-after'));
  return new AppError('pager_unavailable', `the pager answered ${response.status}: ${words}`, {
    retryable: true,
    ...(asked > 0 ? { retryAfterMs: asked * 1_000 } : {}),
  });
}
