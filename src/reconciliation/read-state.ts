import { withReadSnapshot, type Pool } from '../database/pool.ts';
import { nextOccurrence } from '../jobs/occurrences.ts';
import type { Policy } from '../policy.ts';
import { readProgress } from './progress.ts';
import { readNewestRun, readNewestSettledRun, readRunUnderWay, type Run } from './runs.ts';
import type { Progress } from './types.ts';

/** Where the reconciliation stands: what `/recon` answers. */
export interface ReconState {
  timeZone: string;
  /** Under way now. */
  running: Run | null;
  /** The newest run that is over, failed ones too; null before the first. */
  last: Run | null;
  /** The newest that looked at everything, or at what it could: its numbers are the ones that count. */
  settled: Run | null;
  progress: Progress | null;
  nextAt: Date | null;
}

/** Own rows only: it answers while the finance database is slow or away. */
export async function readState(pool: Pool, policy: Policy, now: Date): Promise<ReconState> {
  const { time_zone: timeZone } = policy.business;
  return await withReadSnapshot(pool, async (db) => {
    const settled = await readNewestSettledRun(db);
    const newest = await readNewestRun(db);
    return {
      timeZone,
      running: await readRunUnderWay(db),
      last: newest === null || newest.settledAt === null ? settled : newest,
      settled,
      progress: settled === null ? null : await readProgress(db, settled.id, false),
      nextAt: nextOccurrence(policy.reconciliation.schedule.cron, timeZone, now),
    };
  });
}
