import { z } from 'zod';
import { withTransaction } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { readUnclosed } from './store.ts';

const OWNERS_TASK = 'exemption-owners';

/** Every day: owners who have left are found also when no step is due. */
export function makeOwnersSchedule({ business, exemptions }: Policy): Schedule {
  const { cron, catch_up: catchUp } = exemptions.owners_check;
  return {
    name: 'exemptions.owners_check',
    cron,
    zone: business.time_zone,
    catchUp,
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: OWNERS_TASK, payload: {} }),
  };
}

/** Asks for the task of every exemption that is not closed, and so for one that was lost as well. */
export function makeOwnersTask(deps: Pick<ExemptionDeps, 'pool'>): TaskKind<Record<string, never>> {
  return {
    kind: OWNERS_TASK,
    payload: z.strictObject({}),
    maxFaults: 10,
    async run(context) {
      await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        const now = context.clock.now();
        for (const { id } of await readUnclosed(tx)) await enqueueTask(tx, now, taskOf(id, now));
      });
      return { state: 'done' };
    },
  };
}
