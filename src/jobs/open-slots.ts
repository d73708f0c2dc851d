import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { enqueueTask } from './enqueue-task.ts';
import { occurrences } from './occurrences.ts';
import { decideSlots, slotKey } from './rules.ts';
import { insertSlots, lockSchedule, moveSchedule } from './slot-store.ts';
import type { Schedule, Slot } from './types.ts';

/** Called in the transaction that records slots nobody will run. */
export type OnMissed = (tx: Tx, schedule: Schedule, slots: Slot[]) => Promise<void>;

/** Moments handled in one transaction; a schedule that was down for a year must not hold the process. */
const MOMENTS_AT_ONCE = 1000;

/**
 * Turns the moments of a schedule that have come (or will within its lead) into slots and their tasks, each once
 * whoever else does the same: the schedule's row is locked, and a slot is a unique row.
 */
export async function openSlots(
  pool: Pool,
  schedule: Schedule,
  lastSlotAt: Date,
  now: Date,
  onMissed: OnMissed,
): Promise<void> {
  let newest: Date | undefined = lastSlotAt;
  while (newest !== undefined && upcoming(schedule, newest, now, 1).length > 0) {
    newest = await withTransaction(pool, (tx) => openSome(tx, schedule, now, onMissed));
  }
}

/** Returns the newest slot now, or undefined when nothing was left to do. */
async function openSome(
  tx: Tx,
  schedule: Schedule,
  now: Date,
  onMissed: OnMissed,
): Promise<Date | undefined> {
  const lastSlotAt = await lockSchedule(tx, schedule.name);
  if (lastSlotAt === undefined) return undefined;
  const found = upcoming(schedule, lastSlotAt, now, MOMENTS_AT_ONCE + 1);
  const moments = found.slice(0, MOMENTS_AT_ONCE);
  const newest = moments.at(-1);
  if (newest === undefined) return undefined;
  const decision = decideSlots(schedule.catchUp, moments, now, found.length > moments.length);
  for (const slotAt of await insertSlots(tx, schedule.name, decision.due, 'due', now)) {
    const slot = { schedule: schedule.name, slotAt };
    const dueAt = new Date(slotAt.getTime() - schedule.leadMs);
    await enqueueTask(tx, now, { ...schedule.task(slot), key: slotKey(slot), dueAt });
  }
  const missed = await insertSlots(tx, schedule.name, decision.missed, 'missed', now);
  if (missed.length > 0) {
    await onMissed(
      tx,
      schedule,
      missed.map((slotAt) => ({ schedule: schedule.name, slotAt })),
    );
  }
  await moveSchedule(tx, schedule.name, newest);
  return newest;
}

function upcoming(schedule: Schedule, after: Date, now: Date, limit: number): Date[] {
  const upTo = new Date(now.getTime() + schedule.leadMs);
  return occurrences(schedule.cron, schedule.zone, after, upTo, limit);
}
