import type { Pool } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { openSlots, type OnMissed } from './open-slots.ts';
import { nextSlotAt, pendingWork } from './pending.ts';
import { addMissingJobs, unlockOrphanedJobs } from './queue-store.ts';
import { beat, buryDeadRunners, type Runner } from './runner-store.ts';
import { lastSlots, registerSchedule } from './slot-store.ts';
import type { Schedule } from './types.ts';

const JOBS_AT_ONCE = 500;

interface SweepDeps {
  pool: Pool;
  clock: Clock;
  log: Log;
  schedules: readonly Schedule[];
  /** This process as the others see it; undefined while its workers are not there. */
  runner(): Runner | undefined;
  runnerId: string;
  /** A process unseen for longer (real time) is dead. */
  unseenMs: number;
  /** Is it time to say that this process lives and to look for those that don't? Real time. */
  isBeatDue(): boolean;
  onMissed: OnMissed;
}

/**
 * One look at everything that time does: this process lives, others may have died, slots and tasks fall due, jobs
 * may be lost. A step that fails is logged and does not keep the others from happening; at the end it makes the sweep
 * fail, so that a process that cannot do its part does not count as working. Returns when, on our Clock, something
 * falls due next; null when nothing will.
 */
export async function sweep(deps: SweepDeps): Promise<Date | null> {
  const { pool, clock, log } = deps;
  const failed: string[] = [];
  const step = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      failed.push(name);
      log.error({ step: name, error: describeError(error) }, 'a step of the sweep failed');
    }
  };
  if (deps.isBeatDue()) {
    await step('beat', async () => {
      const runner = deps.runner();
      if (runner !== undefined) await beat(pool, runner);
    });
    await step('takeover', async () => {
      const freed = await buryDeadRunners(pool, deps.runnerId, deps.unseenMs, clock.now());
      if (freed > 0) log.warn({ tasks: freed }, 'tasks of a dead process were taken over');
      await unlockOrphanedJobs(pool);
    });
  }
  let last: Map<string, Date> | undefined;
  await step('last slots', async () => {
    last = await lastSlots(pool);
  });
  const known = last;
  for (const schedule of known === undefined ? [] : deps.schedules) {
    await step(`slots of ${schedule.name}`, async () => {
      const now = clock.now();
      const lastSlotAt = known?.get(schedule.name) ?? (await registerAgain(deps, schedule, now));
      await openSlots(pool, schedule, lastSlotAt, now, deps.onMissed);
    });
  }
  // What falls due after this moment is the next sweep's, also while this one still works.
  const handedOver = clock.now();
  await step('due tasks', async () => {
    while ((await addMissingJobs(pool, handedOver, JOBS_AT_ONCE)) === JOBS_AT_ONCE);
  });
  if (failed.length > 0) {
    throw new AppError('internal', `not done: ${failed.join(', ')}`, { retryable: true });
  }
  return await nextMoment(deps, handedOver);
}

/** A process with an older policy has started and forgotten the schedule, which is ours all the same: it goes on. */
async function registerAgain({ pool, log }: SweepDeps, schedule: Schedule, now: Date): Promise<Date> {
  log.warn(
    { schedule: schedule.name },
    'another process has forgotten this schedule; it is known again from now on',
  );
  await registerSchedule(pool, schedule, now);
  return now;
}

async function nextMoment(deps: SweepDeps, now: Date): Promise<Date | null> {
  const moments = [(await pendingWork(deps.pool, now)).nextDueAt, await nextSlotAt(deps.pool)].filter(
    (moment) => moment !== null,
  );
  if (moments.length === 0) return null;
  return new Date(Math.min(...moments.map((moment) => moment.getTime())));
}
