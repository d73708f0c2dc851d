import type { Queryable } from '../database/pool.ts';
import type { RunFacts } from './rules/r26-blind-spot.ts';

/** What R26 judges: the newest runs of a kind, as our own rows tell. */
export async function readRunFacts(db: Queryable, kind: 'daily' | 'full'): Promise<RunFacts> {
  const { rows: settled } = await db.query<{ state: 'complete' | 'partial' | 'failed'; at: Date }>(
    `select state, settled_at as at from runs
      where kind = $1 and settled_at is not null
      order by settled_at desc, created_at desc
      limit 2`,
    [kind],
  );
  const { rows } = await db.query<{ complete_until: Date | null; first_run_at: Date | null }>(
    `select max(window_to) filter (where state = 'complete') as complete_until, min(created_at) as first_run_at
       from runs where kind = $1`,
    [kind],
  );
  return {
    settled,
    completeUntil: rows[0]?.complete_until ?? null,
    firstRunAt: rows[0]?.first_run_at ?? null,
  };
}
