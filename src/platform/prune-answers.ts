import { z } from 'zod';
import type { Pool } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';

/** As long as a dispute about a payout may ask who said what; each operation keeps what it stood on itself. */
const KEEP_DAYS = 90;
const DAY_MS = 86_400_000;

/** Deletes what providers said longer ago than anybody asks. */
export function makePruneAnswersTask(pool: Pool): TaskKind<Record<string, never>> {
  return {
    kind: 'prune_answers',
    payload: z.strictObject({}),
    maxFaults: 5,
    async run(context) {
      const before = new Date(context.clock.now().getTime() - KEEP_DAYS * DAY_MS);
      await pool.query(`delete from provider_answers where asked_at < $1`, [before]);
      return { state: 'done' };
    },
  };
}

/** At night; one missed is made up for by the next. */
export function makePruneAnswersSchedule(zone: string): Schedule {
  return {
    name: 'platform.prune',
    cron: '30 4 * * *',
    zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: 'prune_answers', payload: {} }),
  };
}
