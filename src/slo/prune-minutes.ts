import { z } from 'zod';
import type { Pool } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';

const TASK = 'slo_prune';
const DAY_MS = 86_400_000;

/** Deletes minutes that are older than the policy keeps them; reports keep what they were made from themselves. */
export function makePruneMinutesTask({
  pool,
  policy,
}: {
  pool: Pool;
  policy: Policy;
}): TaskKind<Record<string, never>> {
  return {
    kind: TASK,
    payload: z.strictObject({}),
    maxFaults: 5,
    async run(context) {
      const before = new Date(context.clock.now().getTime() - policy.slo.keep_days * DAY_MS);
      await pool.query(`delete from slo_contributors where minute < $1`, [before]);
      await pool.query(`delete from slo_minutes where minute < $1`, [before]);
      return { state: 'done' };
    },
  };
}

/** At night; one missed is made up for by the next. */
export function makePruneMinutesSchedule(zone: string): Schedule {
  return {
    name: 'slo.prune',
    cron: '40 4 * * *',
    zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: TASK, payload: {} }),
  };
}
