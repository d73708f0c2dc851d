import type { Queryable } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import type { Progress } from './types.ts';

/** How far people are with what the run saw; null when it saw nothing open. */
export async function readProgress(db: Queryable, runId: RunId, opening: boolean): Promise<Progress | null> {
  const { rows } = await db.query<Progress>(
    `select count(*)::int as total,
            count(*) filter (where f.state = 'resolved')::int as closed,
            count(*) filter (where f.state = 'accepted')::int as accepted,
            count(*) filter (where f.state = 'open' and f.owner is not null)::int as assigned
       from run_findings r join findings f on f.id = r.finding_id
      where r.run_id = $1 and r.appearance <> 'resolved' and r.opening = $2`,
    [runId, opening],
  );
  const progress = rows[0];
  return progress === undefined || progress.total === 0 ? null : progress;
}
