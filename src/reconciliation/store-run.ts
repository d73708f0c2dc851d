import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { applyObservations } from '../findings/apply-observations.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { carryUntold } from '../findings/resolve-unseen.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { insertDrifts } from './drifts.ts';
import { lockRun, markConfirming, type Run } from './runs.ts';
import type { Scan } from './scan.ts';
import { keepStartAt, readStartAt } from './start-at.ts';
import { noAppearances, noTotals } from './totals.ts';
import { volumeDayOf } from './volume.ts';

/** How long after the scan R01 looks again. */
export const SECOND_LOOK_MS = 2 * 60_000;

/**
 * Stores what a scan saw, in one transaction: findings, drifts that wait for their second look, counts, the start that
 * the first run fixes, and the task that completes the run. Returns false when another runner has done it. `guard` is the task's.
 */
export async function storeRun(
  deps: ReconciliationDeps,
  now: Date,
  scanned: { run: Run; scan: Scan; observedAt: Date; durationMs: number },
  guard: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const { scan, observedAt, durationMs } = scanned;
  const { id, label } = scanned.run;
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    const run = await lockRun(tx, id);
    if (run?.state !== 'scanning') return false;
    const startAt = await readStartAt(tx, deps.policy, label);
    const look = { runId: id, observedAt, now, actor: ACTOR, startAt };
    const entries = await applyObservations(tx, look, scan.observations);
    await carryUntold(tx, look, scan.untold);
    await insertDrifts(tx, id, scan.drifts);
    await markConfirming(tx, {
      id,
      observedAt,
      rulesNotRun: Object.fromEntries(scan.notRun),
      totals: {
        volumeDay: volumeDayOf(label),
        volume: scan.volume,
        volumeReportingMinor: scan.volumeReportingMinor,
        classes: { LOW: noTotals(), MED: noTotals(), HIGH: noTotals() },
        opening: noTotals(),
        appearances: noAppearances(),
        accounts: scan.accounts,
        durationMs,
      },
    });
    entries.push(...(await followFindings(tx, now, deps)));
    const dueAt = scan.drifts.length === 0 ? now : new Date(observedAt.getTime() + SECOND_LOOK_MS);
    await enqueueTask(tx, now, {
      kind: 'confirm-drifts',
      key: `confirm-drifts:${id}`,
      payload: { runId: id },
      dueAt,
    });
    // Whoever started it by hand waits for it, and sees how far it is.
    if (run.trigger === 'manual') await deps.requestDigest(tx, now, { id, notBefore: null });
    await appendAudit(tx, now, [...entries, ...(await keepStartAt(tx, now, startAt))]);
    return true;
  });
}
