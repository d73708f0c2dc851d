import { setTimeout as wait } from 'node:timers/promises';
import { webApi } from '@slack/bolt';
import { AppError, describeError } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import { makeSocketClient, type SocketClient, type SocketClientOptions } from './socket-client.ts';

const MOST_PAUSE_MS = 10_000;
const USUAL_PAUSE_MS = 100;
/** Slack opens fifty sockets a minute, for all processes together: after so many of ours the pause is longer. */
const MANY_A_MINUTE = 20;
const LONGER_PAUSE_MS = 1_000;

/** One socket to Slack, opened again whenever it closes. */
export interface SocketLine extends Pick<SocketClient, 'isOpen' | 'whenOpen' | 'listen' | 'close'> {
  /**
   * Resolves when the first socket is open, and also when Slack is out of reach: it is tried until `close`. Rejects with
   * config_invalid when Slack refuses the token.
   */
  open(): Promise<void>;
}

export function makeSocketLine(options: SocketClientOptions & { log: Log }): SocketLine {
  const { log } = options;
  const client = makeSocketClient(options);
  const closing = new AbortController();

  /** Keeps the line until `close`; `tried` is told how each try went. */
  async function keep(tried: (error?: unknown) => void): Promise<void> {
    let failures = 0;
    let closedAt: number[] = [];
    while (!closing.signal.aborted) {
      let pauseMs: number;
      try {
        const lifeMs = await client.connect(() => {
          log.info('a socket to Slack is open');
          tried();
        });
        failures = 0;
        closedAt = [...closedAt.filter((at) => at > performance.now() - 60_000), performance.now()];
        pauseMs = closedAt.length < MANY_A_MINUTE ? USUAL_PAUSE_MS : LONGER_PAUSE_MS;
        log.info({ lifeMs: Math.round(lifeMs), pauseMs }, 'a socket to Slack has closed');
      } catch (error) {
        failures += 1;
        pauseMs = pauseAfter(error, failures);
        log.warn({ reason: describeError(error), pauseMs }, 'no socket to Slack could be opened');
        tried(error);
      }
      await wait(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  return {
    open: () =>
      new Promise((resolve, reject) => {
        void keep((error) => {
          const refused = refusalOf(error);
          if (refused === undefined) resolve();
          else reject(refused);
        });
      }),
    isOpen: () => client.isOpen(),
    whenOpen: (limitMs) => client.whenOpen(limitMs),
    listen: (take) => client.listen(take),
    async close() {
      closing.abort();
      await client.close();
    },
  };
}

function pauseAfter(error: unknown, failures: number): number {
  if (error instanceof webApi.WebAPIRateLimitedError) return error.retryAfter * 1000;
  return Math.min(MOST_PAUSE_MS, 250 * 2 ** failures);
}

/** Words that tell of Slack's trouble rather than of ours. */
const PASSING: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
]);

function refusalOf(error: unknown): AppError | undefined {
  if (!(error instanceof webApi.WebAPIPlatformError)) return undefined;
  const word = error.data.error;
  if (PASSING.has(word)) return undefined;
  return new AppError(
    'config_invalid',
    `SLACK_APP_TOKEN: Slack refused apps.connections.open with ${word}: the app needs Socket Mode, and a token with connections:write`,
    { retryable: false, cause: error },
  );
}
