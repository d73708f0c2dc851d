import { z } from 'zod';
import type { Pool } from '../database/pool.ts';
import type { Schedule, TaskKind } from './types.ts';

const DAY_MS = 86_400_000;
/** What was done without trouble is of use while somebody may ask about it. */
const KEEP_DONE_DAYS = 30;
/** What failed or was missed stays for as long as an audit looks back. */
const KEEP_TROUBLE_DAYS = 400;

/** Deletes tasks and slots that ended long ago, which would otherwise grow for ever; what they did is in the audit log. */
export function makePruneTask(pool: Pool): TaskKind<Record<string, never>> {
  return {
    kind: 'prune',
    payload: z.strictObject({}),
    maxFaults: 5,
    async run(context) {
      const now = context.clock.now().getTime();
      const doneBefore = new Date(now - KEEP_DONE_DAYS * DAY_MS);
      const troubleBefore = new Date(now - KEEP_TROUBLE_DAYS * DAY_MS);
      await pool.query(
        `delete from tasks where state = 'done' and settled_at < $1 or state = 'failed' and settled_at < $2`,
        [doneBefore, troubleBefore],
      );
      await pool.query(
        `delete from slots where slot_at < $1 and state = 'done' or slot_at < $2 and state <> 'due'`,
        [doneBefore, troubleBefore],
      );
      return { state: 'done' };
    },
  };
}

/** At night; one missed is made up for by the next. */
export function makePruneSchedule(zone: string): Schedule {
  return {
    name: 'jobs.prune',
    cron: '10 4 * * *',
    zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: 'prune', payload: {} }),
  };
}
