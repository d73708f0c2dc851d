import { AppError, BugError, describeError, type FaultCode } from '../errors.ts';
import type { Schedule, Slot } from './types.ts';

/** Longest wait between two tries, in milliseconds: 10 minutes. */
const LONGEST_BACK_OFF_MS = 600_000;
/** Whatever the other side asks for: an hour. A number without measure would not even be a moment. */
const LONGEST_ASKED_MS = 3_600_000;
/** A slot that is begun within this time of its moment is on time, whatever catch-up says. */
const ON_TIME_MS = 60_000;
/** Of an error's line; a row, a log line and an alert need no more. */
const MOST_ERROR_CHARACTERS = 2_000;
/** Processes in a row that may die with a task in hand before the task is taken for the cause. */
const MOST_DEATHS = 5;

const SLOT_PREFIX = 'slot:';

/** Wait before the next try, in milliseconds: 2^faults seconds, 10 minutes at most; not less than was asked for, up to an hour. */
export function backOffMs(faults: number, retryAfterMs = 0): number {
  const own = faults >= 10 ? LONGEST_BACK_OFF_MS : Math.min(2 ** faults * 1000, LONGEST_BACK_OFF_MS);
  return Math.max(own, Math.min(retryAfterMs, LONGEST_ASKED_MS));
}

type FaultDecision =
  | { do: 'drop' }
  | { do: 'retry'; delayMs: number; error: string }
  | { do: 'give_up'; code: FaultCode; error: string };

/**
 * What a thrown error means for a task that had `faults` of them before. Bugs and faults that are not retryable end
 * it at once; an error that nobody classified is taken for retryable, since giving up on a hiccup is worse.
 */
export function decideFault(error: unknown, faults: number, maxFaults: number): FaultDecision {
  const known = error instanceof AppError ? error : undefined;
  if (known?.code === 'overtaken') return { do: 'drop' };
  const line = storable(describeError(error));
  const hopeless = error instanceof BugError || known?.retryable === false;
  if (hopeless || faults + 1 >= maxFaults) {
    return { do: 'give_up', code: known?.code ?? 'internal', error: line };
  }
  return { do: 'retry', delayMs: backOffMs(faults + 1, known?.retryAfterMs), error: line };
}

/** A row takes no NUL and no half of a character; an ending that could not be written would be tried for ever. */
function storable(text: string): string {
  const cut = text.replaceAll('\0', '').slice(0, MOST_ERROR_CHARACTERS);
  return Buffer.from(cut, 'utf8').toString('utf8');
}

/** Whether a task is no longer run because too many processes died with it in hand. */
export function isPoison(deaths: number): boolean {
  return deaths >= MOST_DEATHS;
}

interface SlotDecision {
  due: Date[];
  missed: Date[];
}

/**
 * Which of the moments that have come (in order, none after `now` + lead) are run, and which are missed.
 * A slot on time always runs. Of late ones `each` runs all, `last` the last if nothing on time makes up for it,
 * `none` no one. `more` says that later moments follow these, so that the last of these is not the last.
 */
export function decideSlots(
  catchUp: Schedule['catchUp'],
  moments: readonly Date[],
  now: Date,
  more: boolean,
): SlotDecision {
  if (catchUp === 'each') return { due: [...moments], missed: [] };
  const onTimeFrom = now.getTime() - ON_TIME_MS;
  const due = moments.filter((moment) => moment.getTime() >= onTimeFrom);
  const missed = moments.filter((moment) => moment.getTime() < onTimeFrom);
  if (catchUp === 'last' && due.length === 0 && !more) {
    const last = missed.pop();
    if (last !== undefined) due.push(last);
  }
  return { due, missed };
}

/** The key of the task that a slot becomes. */
export function slotKey(slot: Slot): string {
  return `${SLOT_PREFIX}${slot.schedule}:${slot.slotAt.toISOString()}`;
}

/** The slot whose task has this key, or null when it is another task's. */
export function slotOfKey(key: string): Slot | null {
  const match = /^slot:(.+?):(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/.exec(key);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { schedule: match[1], slotAt: new Date(match[2]) };
}
