import { withReadSnapshot, type Pool, type Queryable } from '../database/pool.ts';
import { nextOccurrence } from '../jobs/occurrences.ts';
import type { Policy } from '../policy.ts';
import { readFullScan } from './full-scans.ts';
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
  /** The newest full scan, and how far it is while it is under way; null before the first. */
  full: { run: Run; scan: { scanned: number; expected: number | null } | null } | null;
}

/** Own rows only: it answers while the finance database is slow or away. */
export async function readState(pool: Pool, policy: Policy, now: Date): Promise<ReconState> {
  const { time_zone: timeZone } = policy.business;
  return await withReadSnapshot(pool, async (db) => {
    const settled = await readNewestSettledRun(db);
    const newest = await readNewestRun(db, 'daily');
    return {
      timeZone,
      running: await readRunUnderWay(db, 'daily'),
      last: newest === null || newest.settledAt === null ? settled : newest,
      settled,
      progress: settled === null ? null : await readProgress(db, settled.id, false),
      nextAt: nextOccurrence(policy.reconciliation.schedule.cron, timeZone, now),
      full: await readFull(db),
    };
  });
}

async function readFull(db: Queryable): Promise<ReconState['full']> {
  const run = await readNewestRun(db, 'full');
  if (run === null) return null;
  const scan = await readFullScan(db, run.id);
  return { run, scan: scan && { scanned: scan.counts.scanned, expected: scan.expected } };
}
