import { z } from 'zod';
import type { Pool } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';

/** Slack sends a request again for minutes, and a refusal is held back for one: a day is long enough for both. */
const KEEP_MS = 86_400_000;

/** Deletes claimed requests and noted refusals that nobody can ask about any more. */
export function makePrunePeopleTask(pool: Pool): TaskKind<Record<string, never>> {
  return {
    kind: 'prune_people',
    payload: z.strictObject({}),
    maxFaults: 5,
    async run(context) {
      const before = new Date(context.clock.now().getTime() - KEEP_MS);
      await pool.query(`delete from requests where claimed_at < $1`, [before]);
      await pool.query(`delete from refusals where audited_at < $1`, [before]);
      return { state: 'done' };
    },
  };
}

/** At night; one missed is made up for by the next. */
export function makePrunePeopleSchedule(zone: string): Schedule {
  return {
    name: 'people.prune',
    cron: '20 4 * * *',
    zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: 'prune_people', payload: {} }),
  };
}
