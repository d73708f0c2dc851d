import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { AppError, describeError, SlackRefusedError } from '../errors.ts';

/** How long to stay away when Slack limits us without saying for how long. */
const DEFAULT_RETRY_AFTER_MS = 30_000;

/**
 * Words of Slack's that leave open whether the call was carried out: of fatal_error the pages say that "some aspect of
 * the operation succeeded before the error was raised" (https://docs.slack.dev/reference/methods/chat.postMessage).
 */
const UNKNOWN_OUTCOME = new Set(['fatal_error', 'internal_error', 'request_timeout', 'service_unavailable']);
const RATE_LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);
/** How a server that lacks a method may answer for it without Slack's own word. */
const METHOD_MISSING_STATUS = new Set([404, 405]);

/** True when the server does not have the method: the feature that needs it is left out, nothing else. */
export function isMethodMissing(error: unknown): error is SlackRefusedError {
  return error instanceof SlackRefusedError && error.slackError === 'unknown_method';
}

/** Nothing was done, and nothing should be asked before the time is over. */
export function rateLimited(method: string, retryAfterMs: number | undefined, cause?: unknown): AppError {
  const waitMs = retryAfterMs ?? DEFAULT_RETRY_AFTER_MS;
  return new AppError('slack_rate_limited', `Slack limits ${method} for ${waitMs} ms`, {
    retryable: true,
    retryAfterMs: waitMs,
    cause,
  });
}

/** No answer, or none that tells: whether the call was carried out is unknown. */
export function unavailable(method: string, cause: unknown): AppError {
  return new AppError('slack_unavailable', `Slack did not answer ${method}: ${describeError(cause)}`, {
    retryable: true,
    cause,
  });
}

/** Maps whatever a call of the web client threw to one of the three faults of the Slack port. */
export function toSlackFault(method: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof WebAPIRateLimitedError) return rateLimited(method, error.retryAfter * 1000, error);
  if (error instanceof WebAPIPlatformError) return platformFault(method, error);
  if (error instanceof WebAPIHTTPError) return statusFault(method, error.statusCode, error);
  if (error instanceof WebAPIRequestError && error.original instanceof AppError) return error.original;
  // Everything else broke on the way: a time limit, a reset connection, a body that ended in the middle.
  return unavailable(method, error instanceof WebAPIRequestError ? error.original : error);
}

/** The fault of an answer that is not 200 and not Slack's JSON. */
export function statusFault(method: string, status: number, cause?: unknown): AppError {
  if (status >= 400 && status < 500 && status !== 408) {
    const word = METHOD_MISSING_STATUS.has(status) ? 'unknown_method' : `http_${status}`;
    return new SlackRefusedError(method, word, [], cause);
  }
  if (status === 501) return new SlackRefusedError(method, 'unknown_method', [], cause);
  return unavailable(method, cause ?? new Error(`HTTP ${status}`));
}

function platformFault(method: string, error: WebAPIPlatformError): AppError {
  const word = error.data.error;
  // The client takes a body that is no JSON for an error word: a proxy's page proves nothing.
  if (typeof word !== 'string' || !/^[a-z0-9_.-]{1,80}$/i.test(word)) {
    return unavailable(method, new Error('the answer is not JSON'));
  }
  const retryAfter = error.data.response_metadata?.['retryAfter'];
  if (RATE_LIMITED.has(word)) {
    return rateLimited(method, typeof retryAfter === 'number' ? retryAfter * 1000 : undefined, error);
  }
  if (UNKNOWN_OUTCOME.has(word)) return unavailable(method, new Error(word));
  const messages = error.data.response_metadata?.messages ?? [];
  return new SlackRefusedError(method, word, messages, error);
}
