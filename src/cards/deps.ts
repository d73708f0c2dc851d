import type { Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { TaskOutcome } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Slack } from '../ports.ts';
import type { Locale } from '../texts.ts';
import type { CardKind } from './types.ts';

/** What a channel of the policy is called in Slack, and its language; undefined for a name the policy lacks. */
export type ChannelOf = (name: string) => { slack: string; locale: Locale } | undefined;

export interface CardDeps {
  pool: Pool;
  slack: Slack;
  log: Log;
  kinds: ReadonlyMap<string, CardKind<unknown>>;
  channelOf: ChannelOf;
  /** The time limit of one call of `slack`, in milliseconds. */
  callLimitMs: number;
  /** Cards whose blocks Slack refused, by id: drawn plainly from then on, as far as this process knows. */
  plain?: Set<string>;
  /** While Slack is out of reach: when to look again instead of calling it. */
  waitUntil?(): Promise<Date | null>;
}

export const DONE: TaskOutcome = { state: 'done' };

export function again(at: Date): TaskOutcome {
  return { state: 'again', at };
}

/**
 * A process that stalled between its transaction and its call must not call any more: by then another may have taken
 * over, looked and found nothing. Well below the 30 s after which that is possible; real time, since stalls are.
 */
const MOST_STALL_MS = 15_000;

/** Throws a fault that means "nothing was sent" when `sinceMs` (performance.now()) is too long ago. */
export function assertNotStalled(sinceMs: number): void {
  const stalledMs = performance.now() - sinceMs;
  if (stalledMs <= MOST_STALL_MS) return;
  throw new NotSentError(`stalled for ${Math.round(stalledMs)} ms before the call`);
}

class NotSentError extends AppError {
  constructor(message: string) {
    super('internal', message, { retryable: true });
    this.name = 'NotSentError';
  }
}

/** True when the fault says for certain that Slack did nothing. */
export function nothingWasDone(error: unknown): error is AppError {
  if (error instanceof NotSentError) return true;
  return error instanceof AppError && (error.code === 'slack_refused' || error.code === 'slack_rate_limited');
}

/** The task is ours, yet a row of its card was not as expected: tried again with what it is now. */
export function mustChange(changed: boolean, what: string): void {
  if (!changed) throw new AppError('internal', `${what} changed under its task`, { retryable: true });
}
