import type { Queryable } from '../database/pool.ts';
import { nextOccurrence } from './occurrences.ts';
import { knownSchedules } from './slot-store.ts';
import type { PendingWork } from './types.ts';

/** What is to do now and when something falls due next, on our Clock. Idle: nothing due, nothing running. */
export async function pendingWork(db: Queryable, now: Date): Promise<PendingWork> {
  const { rows } = await db.query<{ due: number; running: number; next_due_at: Date | null }>(
    // One look at an index each: settled tasks, which are most, are not read.
    `select (select count(*)::int from tasks where state = 'pending' and due_at <= $1) as due,
       (select count(*)::int from tasks where state = 'running') as running,
       (select min(due_at) from tasks where state = 'pending' and due_at > $1) as next_due_at`,
    [now],
  );
  const row = rows[0];
  return { due: row?.due ?? 0, running: row?.running ?? 0, nextDueAt: row?.next_due_at ?? null };
}

/**
 * When the next slot is turned into its task: slot minus lead, the earliest of all schedules. Not later than now while
 * a sweep has still to do it. Null without schedules. Those named in `except` are left out.
 */
export async function nextSlotAt(db: Queryable, except: readonly string[] = []): Promise<Date | null> {
  const schedules = (await knownSchedules(db)).filter(({ name }) => !except.includes(name));
  const starts = schedules.flatMap((schedule) => {
    const slotAt = nextOccurrence(schedule.cron, schedule.zone, schedule.lastSlotAt);
    return slotAt === null ? [] : [slotAt.getTime() - schedule.leadMs];
  });
  return starts.length === 0 ? null : new Date(Math.min(...starts));
}

/** How long the oldest due task has waited, in milliseconds on our Clock. */
export async function oldestLagMs(db: Queryable, now: Date): Promise<number> {
  const { rows } = await db.query<{ oldest: Date | null }>(
    `select min(due_at) as oldest from tasks where state = 'pending' and due_at <= $1`,
    [now],
  );
  const oldest = rows[0]?.oldest ?? null;
  return oldest === null ? 0 : now.getTime() - oldest.getTime();
}
