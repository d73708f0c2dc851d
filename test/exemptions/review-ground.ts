import type { TaskId } from '../../src/ids.ts';
import { makeReviewSchedule, makeReviewTask } from '../../src/exemptions/review.ts';
import type { Review } from '../../src/exemptions/review-store.ts';
import { occurrences } from '../../src/jobs/occurrences.ts';
import type { Schedule } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import type { Policy } from '../../src/policy.ts';
import { policyWith } from '../overrides/cast.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import type { TestDatabase } from '../support/databases.ts';

/** The example's policy in another zone, at another hour. */
export function reviewPolicy(zone = 'Europe/Istanbul', at = '10:00'): Policy {
  return policyWith((policy) => {
    policy['business'] = { ...policy['business'], time_zone: zone };
    policy['exemptions'] = { review: { at } };
  });
}

/** The weekly moments of the schedule in a stretch of time. */
export function slotsOf(policy: Policy, from: string, to: string): Date[] {
  const { cron, zone } = makeReviewSchedule(policy);
  return occurrences(cron, zone, new Date(from), new Date(to), 1_000);
}

/** Runs the task of one moment, as a worker does at `now`. */
export async function runSlot(
  { pool }: Pick<TestDatabase, 'pool'>,
  policy: Policy,
  slotAt: Date,
  clock: TestClock = makeTestClock(slotAt.toISOString()),
): Promise<void> {
  const schedule: Schedule = makeReviewSchedule(policy);
  const task = makeReviewTask({ pool, policy });
  const payload = task.payload.parse(schedule.task({ schedule: schedule.name, slotAt }).payload);
  await task.run(
    {
      taskId: 'task' as TaskId,
      key: 'key',
      faults: 0,
      clock,
      log: makeLog('silent'),
      signal: new AbortController().signal,
      guard: async () => undefined,
    },
    payload,
  );
}

export async function reviewsOf({ pool }: Pick<TestDatabase, 'pool'>): Promise<Review[]> {
  const { rows } = await pool.query<Review>(
    `select id, day::text as day, at, figures from exemption_reviews order by day`,
  );
  return rows;
}
