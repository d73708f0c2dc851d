import type { Queryable } from '../database/pool.ts';
import { covers, hashOfSet } from '../findings/adoption-rules.ts';
import { listUnadopted, readLastAdoption, readOpenAdoption } from '../findings/adoption-store.ts';
import type { PayoutsOf } from '../findings/deps.ts';
import type { RunId } from '../ids.ts';
import type { Policy } from '../policy.ts';
import { readFullScan } from './full-scans.ts';
import { readNewestSettledRun, readRun, readRunUnderWay, type Run } from './runs.ts';
import { readProgress } from './progress.ts';
import type { DigestModel, FullScanModel, OpeningModel } from './types.ts';
import { countShown, readWorst } from './worst.ts';

/** Everything the digest of a run shows; null when there is no such run. */
export async function loadDigest(
  db: Queryable,
  runId: RunId,
  policy: Policy,
  payoutsOf?: PayoutsOf,
): Promise<DigestModel | null> {
  const run = await readRun(db, runId);
  return run === null ? null : await modelOf(db, run, policy, { opening: false, payoutsOf });
}

/** What a run's message shows, be it a digest or the card of a full scan; null when there is no such run. */
export async function loadReport(
  db: Queryable,
  runId: RunId,
  policy: Policy,
  payoutsOf?: PayoutsOf,
): Promise<DigestModel | FullScanModel | null> {
  const digest = await loadDigest(db, runId, policy, payoutsOf);
  if (digest === null || digest.run.kind !== 'full') return digest;
  const run = await readRun(db, runId);
  return run === null ? null : { ...digest, scan: await readScan(db, run) };
}

async function readScan(db: Queryable, run: Run): Promise<FullScanModel['scan']> {
  const scan = await readFullScan(db, run.id);
  const until = run.settledAt ?? scan?.pageAt ?? null;
  return {
    expected: scan?.expected ?? null,
    scanned: scan?.counts.scanned ?? 0,
    pages: scan?.pages ?? 0,
    suspects: scan?.suspects ?? 0,
    tookMs: until === null ? null : until.getTime() - run.createdAt.getTime(),
    waits: run.settledAt === null && (await readRunUnderWay(db, 'daily')) !== null,
  };
}

/** The same for the opening balance alone, as the newest run that got that far saw it; null when there is no such run. */
export async function loadOpening(
  db: Queryable,
  policy: Policy,
  payoutsOf?: PayoutsOf,
): Promise<OpeningModel | null> {
  const run = await readNewestSettledRun(db);
  if (run === null) return null;
  return {
    ...(await modelOf(db, run, policy, { opening: true, payoutsOf })),
    adoption: await readAdoption(db),
  };
}

async function readAdoption(db: Queryable): Promise<OpeningModel['adoption']> {
  const set = await listUnadopted(db);
  const vote = await readOpenAdoption(db);
  return {
    waiting: set.length,
    set: set.length === 0 ? null : hashOfSet(set),
    first: vote !== null && covers(vote, set) ? { by: vote.firstBy, at: vote.firstAt } : null,
    last: await readLastAdoption(db),
  };
}

async function modelOf(
  db: Queryable,
  run: Run,
  policy: Policy,
  { opening, payoutsOf }: { opening: boolean; payoutsOf: PayoutsOf | undefined },
): Promise<DigestModel> {
  const settled = run.state === 'complete' || run.state === 'partial';
  const worst = settled ? await readWorst(db, run.id, opening, payoutsOf) : [];
  const open = settled ? await countShown(db, run.id, opening) : 0;
  const shown = worst.reduce((sum, line) => sum + 1 + line.grouped.length, 0);
  return {
    run: {
      id: run.id,
      kind: run.kind,
      trigger: run.trigger,
      state: run.state,
      label: run.label,
      windowFrom: run.windowFrom,
      windowTo: run.windowTo,
      observedAt: run.observedAt,
      settledAt: run.settledAt,
      error: run.error,
    },
    timeZone: policy.business.time_zone,
    reportingCurrency: policy.business.reporting_currency,
    totals: settled ? run.totals : null,
    rulesNotRun: Object.entries(run.rulesNotRun)
      .map(([rule, reason]) => ({ rule, reason }))
      .toSorted((a, b) => (a.rule < b.rule ? -1 : 1)),
    worst,
    more: open - shown,
    auditHead: run.auditHead,
    progress: settled ? await readProgress(db, run.id, opening) : null,
  };
}
