/** Where a fault came from; one word that logs, metrics and alerts can be grouped by. */
export type FaultCode =
  | 'slack_rate_limited'
  | 'slack_unavailable'
  | 'slack_refused'
  | 'pager_unavailable'
  | 'pager_refused'
  | 'finance_unavailable'
  | 'finance_contract'
  | 'sli_unavailable'
  | 'sli_refused'
  | 'database_unavailable'
  | 'overtaken'
  | 'config_invalid'
  | 'not_found'
  | 'internal';

export interface FaultOptions {
  /** May the same work succeed later, unchanged? The job runner backs off when true and gives up when false. */
  retryable: boolean;
  /** Shortest wait the other side asked for, in milliseconds (Slack's Retry-After). */
  retryAfterMs?: number;
  cause?: unknown;
}

/**
 * A fault: something outside went wrong. Thrown, and caught by the job runner, Bolt's error handler and the command
 * line alone. What a person did too late or may not do is a refusal, and a returned value instead.
 */
export class AppError extends Error {
  readonly code: FaultCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: FaultCode, message: string, options: FaultOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Slack said no, in one of its own words: nothing was done, and asking again unchanged gets the same answer. */
export class SlackRefusedError extends AppError {
  readonly slackError: string;
  /** Slack's detail lines, for instance which block is wrong. */
  readonly messages: readonly string[];

  constructor(method: string, slackError: string, messages: readonly string[] = [], cause?: unknown) {
    const detail = messages.length === 0 ? '' : `: ${messages.slice(0, 5).join('; ')}`;
    super('slack_refused', `Slack refused ${method} with ${slackError}${detail}`, {
      retryable: false,
      ...(cause === undefined ? {} : { cause }),
    });
    this.name = 'SlackRefusedError';
    this.slackError = slackError;
    this.messages = messages;
  }
}

/** A bug: an assumption of ours does not hold. Never retried. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Throws a BugError unless the condition holds; stays on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** The one line of an unknown thrown value that is fit for a log or a row; never a stack, never a body. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(describeError).join('; ');
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}
