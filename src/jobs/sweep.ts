import type { Pool } from '../database/pool.ts';
import { describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { openSlots, type OnMissed } from './open-slots.ts';
import { nextSlotAt, pendingWork } from './pending.ts';
import { addMissingJobs, unlockOrphanedJobs } from './queue-store.ts';
import { beat, buryDeadRunners, type Runner } from './runner-store.ts';
import { lastSlots } from './slot-store.ts';
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
  onMissed: OnMissed;
}

/**
 * One look at everything that time does: this process lives, others may have died, slots and tasks fall due, jobs
 * may be lost. A step that fails is logged and does not keep the others from happening. Returns when, on our Clock,
 * something falls due next; null when that is not known.
 */
export async function sweep(deps: SweepDeps): Promise<Date | null> {
  const { pool, clock, log } = deps;
  let whole = true;
  const step = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      whole = false;
      log.error({ step: name, error: describeError(error) }, 'a step of the sweep failed');
    }
  };
  await step('beat', async () => {
    const runner = deps.runner();
    if (runner !== undefined) await beat(pool, runner);
  });
  await step('takeover', async () => {
    const freed = await buryDeadRunners(pool, deps.runnerId, deps.unseenMs, clock.now());
    if (freed > 0) log.warn({ tasks: freed }, 'tasks of a dead process were taken over');
    await unlockOrphanedJobs(pool);
  });
  const last = new Map<string, Date>();
  await step('last slots', async () => {
    for (const [name, lastSlotAt] of await lastSlots(pool)) last.set(name, lastSlotAt);
  });
  for (const schedule of deps.schedules) {
    const lastSlotAt = last.get(schedule.name);
    if (lastSlotAt === undefined) continue;
    await step(`slots of ${schedule.name}`, () =>
      openSlots(pool, schedule, lastSlotAt, clock.now(), deps.onMissed),
    );
  }
  await step('due tasks', async () => {
    while ((await addMissingJobs(pool, clock.now(), JOBS_AT_ONCE)) === JOBS_AT_ONCE);
  });
  return whole ? await nextMoment(deps) : null;
}

async function nextMoment(deps: SweepDeps): Promise<Date | null> {
  const now = deps.clock.now();
  const moments = [(await pendingWork(deps.pool, now)).nextDueAt, await nextSlotAt(deps.pool)].filter(
    (moment) => moment !== null,
  );
  if (moments.length === 0) return null;
  return new Date(Math.min(...moments.map((moment) => moment.getTime())));
}
