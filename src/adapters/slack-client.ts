import { WebClient, type FetchFunction, type Logger, type LogLevel } from '@slack/web-api';
import type { Log } from '../log.ts';
import { rateLimited, toSlackFault } from './slack-errors.ts';

export interface SlackClientOptions {
  token: string;
  /** For instance https://slack.com/api/ */
  apiUrl: string;
  log: Log;
  /** Time limit of one call, in milliseconds. */
  timeoutMs: number;
  fetch?: FetchFunction;
  onOutcome?: OnOutcome;
}

/**
 * Told of every call, before its caller is: Slack said something (be it no), or nothing that tells. Being limited is
 * neither. Must not throw.
 */
export type OnOutcome = (outcome: 'answered' | 'unavailable', error?: unknown) => Promise<void>;

/** Calls one Web API method once, and throws one of the port's three faults when it fails. */
export type CallSlack = <Answer extends object>(
  method: string,
  args?: Record<string, unknown>,
) => Promise<Answer>;

/**
 * The web client for jobs: one attempt a call, since a client that repeats by itself posts twice when a reply is lost;
 * a limit on each call; a 429 thrown at once instead of a paused queue.
 */
export function makeSlackCall(options: SlackClientOptions): CallSlack {
  const fetchOnce = options.fetch ?? fetch;
  const client = new WebClient(options.token, {
    slackApiUrl: options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`,
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: asSlackLogger(options.log),
    fetch: async (url, init) => {
      const response = await fetchOnce(url, init);
      // Without a number of seconds the client would throw an untyped error.
      if (response.status === 429 && !/^\d+$/.test(response.headers.get('retry-after') ?? '')) {
        throw rateLimited(String(url).split('/').at(-1) ?? '', undefined);
      }
      return response;
    },
  });
  return async <Answer extends object>(method: string, args: Record<string, unknown> = {}) => {
    const { onOutcome } = options;
    try {
      const answer = (await client.apiCall(method, args)) as Answer;
      await onOutcome?.('answered');
      return answer;
    } catch (error) {
      const fault = toSlackFault(method, error);
      if (fault.code === 'slack_unavailable') await onOutcome?.('unavailable', fault);
      if (fault.code === 'slack_refused') await onOutcome?.('answered');
      throw fault;
    }
  };
}

/** The client's own lines, without the bodies that its debug level prints. */
function asSlackLogger(log: Log): Logger {
  return {
    debug: () => undefined,
    info: (...lines) => log.debug(lines.map(String).join(' ')),
    warn: (...lines) => log.debug(lines.map(String).join(' ')),
    error: (...lines) => log.warn(lines.map(String).join(' ')),
    setLevel: () => undefined,
    getLevel: () => 'info' as LogLevel,
    setName: () => undefined,
  };
}
