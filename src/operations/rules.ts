import type { Operation } from './types.ts';

/** What was pressed longer ago than this is not sent any more: whoever pressed has looked elsewhere since. */
export const TOO_LATE_MS = 30 * 60_000;
/** Checks that could not be made, in a row, before the operation ends. */
export const MOST_CHECK_WAITS = 6;
/** After so long no request of ours can still be on its way: its connection was cut at its time limit. */
export const QUIET_MS = 10 * 60_000;
/** From the decision to send once more until that has arrived, checks included. */
export const REPLAY_TAKES_MS = 5 * 60_000;

const LONGEST_WAIT_MS = 60_000;
const LONG_WAIT_MS = 5 * 60_000;
/** From then on what is unknown is looked up every five minutes only. */
const OFTEN_FOR_MS = 10 * 60_000;

export type NextStep =
  | { do: 'nothing' }
  | { do: 'wait'; until: Date }
  | { do: 'refuse_late' }
  /** A recheck: ask the providers. */
  | { do: 'ask' }
  /** Read everything again, and send if it is still safe. */
  | { do: 'check_and_send' }
  /** It was being sent when its process ended: whether it was done has to be looked up. */
  | { do: 'doubt' }
  | { do: 'look_up' };

/** What is to be done with an operation now, by its row alone: whoever holds its task decides the same. Pure. */
export function decideNext(operation: Operation, now: Date): NextStep {
  const { state, action, nextAt } = operation;
  if (state === 'succeeded' || state === 'refused') return { do: 'nothing' };
  if (state === 'sent') return { do: 'doubt' };
  const lateAt = state === 'accepted' ? new Date(operation.requestedAt.getTime() + TOO_LATE_MS) : null;
  if (lateAt !== null && now > lateAt) return { do: 'refuse_late' };
  if (nextAt !== null && nextAt > now) {
    // Whatever the platform asks for: what will be too late by then should not bar what may be pressed next.
    const isLateFirst = lateAt !== null && lateAt < nextAt;
    return { do: 'wait', until: isLateFirst ? new Date(lateAt.getTime() + 1) : nextAt };
  }
  if (state === 'unknown') return { do: 'look_up' };
  return action === 'recheck' ? { do: 'ask' } : { do: 'check_and_send' };
}

/** When what was certainly not done is tried again: 2, 4, 8... up to 60 s, not sooner than was asked for. */
export function waitUntil(now: Date, waits: number, retryAfterMs: number | null): Date {
  return new Date(now.getTime() + Math.max(growing(waits), retryAfterMs ?? 0));
}

/** When what is unknown is looked up again: 2, 4, 8... up to 60 s for ten minutes, then every five minutes, for ever. */
export function lookUpAt(now: Date, operation: Pick<Operation, 'lookups' | 'unknownSince'>): Date {
  const sinceMs = now.getTime() - (operation.unknownSince ?? now).getTime();
  const waitMs = sinceMs >= OFTEN_FOR_MS ? LONG_WAIT_MS : growing(operation.lookups);
  return new Date(now.getTime() + waitMs);
}

function growing(times: number): number {
  return Math.min(2 ** Math.min(times + 1, 10) * 1000, LONGEST_WAIT_MS);
}

/**
 * Has an operation been unknown for longer than the platform keeps its key (`keepsMs`)? Then nothing more will be known of
 * it by itself: it is not sent again, a look-up says nothing, and no try of it can still be on its way. Only an override
 * that names it ends it. Pure.
 */
export function isBeyondWindow(
  { state, firstSentAt, lastSentAt }: Pick<Operation, 'state' | 'firstSentAt' | 'lastSentAt'>,
  now: Date,
  keepsMs: number,
): boolean {
  if (state !== 'unknown' || firstSentAt === null || lastSentAt === null) return false;
  return now.getTime() - firstSentAt.getTime() >= keepsMs && now.getTime() - lastSentAt.getTime() >= QUIET_MS;
}

export type NotFoundStep = 'refuse' | 'replay' | 'keep_looking';

/**
 * What to do when the platform does not know the key. That proves nothing while a request may be on its way, so it never
 * ends anything by itself: inside the time for which the platform keeps keys the same request is made again, with the
 * same key. A try that was refused ends it once none can arrive any more; until then none is added. Pure.
 */
export function decideNotFound(
  { doubtfulRefusal, firstSentAt, lastSentAt }: Operation,
  now: Date,
  keepsMs: number,
): NotFoundStep {
  if (firstSentAt === null || lastSentAt === null) return 'keep_looking';
  if (doubtfulRefusal !== null)
    // A platform that may have forgotten the key says nothing by not knowing it.
    return now.getTime() - lastSentAt.getTime() >= QUIET_MS && now.getTime() - firstSentAt.getTime() < keepsMs
      ? 'refuse'
      : 'keep_looking';
  return now.getTime() - firstSentAt.getTime() + REPLAY_TAKES_MS < keepsMs ? 'replay' : 'keep_looking';
}
