import { withTransaction, type Tx } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import type { ReconciliationDeps } from './deps.ts';
import { addPage, markTold, readFullScan, type FullScan } from './full-scans.ts';
import { lockRun, markConfirming } from './runs.ts';
import { MAX_OBSERVATIONS } from './scan.ts';
import type { ScannedPage } from './scan-page.ts';
import { noAppearances, noTotals } from './totals.ts';
import { volumeDayOf } from './volume.ts';

/** The card is rewritten at most so often while pages are read. */
export const TELL_MS = 30_000;

/**
 * Stores one page of a full scan: what it counted, its suspects and where it ended, in one transaction; the last one
 * ends the reading. False when another runner has stored it. `guard` is the task's.
 */
export async function storePage(
  deps: ReconciliationDeps,
  now: Date,
  page: { runId: RunId; scan: FullScan; beganAt: Date; scanned: ScannedPage; readingMs: number },
  guard: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const { runId, scan, beganAt, readingMs } = page;
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    const run = await lockRun(tx, runId);
    if (run?.state !== 'scanning') return false;
    const { scanned, isTruncated } = truncatePage(
      page.scanned,
      Math.max(0, MAX_OBSERVATIONS - scan.suspects),
    );
    const rulesNotRun = {
      ...scan.rulesNotRun,
      ...skippedReason(scan, scanned),
      ...Object.fromEntries(scanned.failed.map((rule) => [rule, 'rule_failed'])),
      ...(isTruncated ? { R01: `truncated:${MAX_OBSERVATIONS}` } : {}),
    };
    const added = await addPage(tx, { runId, before: scan.pages, beganAt, scanned, rulesNotRun, readingMs });
    if (!added) return false;
    if (scanned.isLast) await endReading(tx, runId, run.label);
    const isStale = scan.toldAt === null || now.getTime() - scan.toldAt.getTime() >= TELL_MS;
    if (isStale || scanned.isLast) await tellProgress(tx, deps, now, runId);
    return true;
  });
}

/** Lets the card show how far the scan is. */
export async function tellProgress(
  tx: Tx,
  deps: Pick<ReconciliationDeps, 'requestDigest'>,
  now: Date,
  runId: RunId,
): Promise<void> {
  await markTold(tx, runId, now);
  await deps.requestDigest(tx, now, { id: runId, notBefore: null });
}

/** Wallets without baseline are skipped, unless something worse is known of R01. */
function skippedReason(scan: FullScan, { counts, hasBaselines }: ScannedPage): Record<string, string> {
  const skipped = scan.counts.skipped + counts.skipped;
  const known = scan.rulesNotRun['R01'] ?? '';
  if (skipped === 0 || /^(rule_failed|truncated)/.test(known)) return {};
  return { R01: hasBaselines ? `no_baseline:${skipped}` : 'view_missing:wallet_baselines' };
}

/** More suspects than a run may store get no second look: nothing more is known of them. */
export function truncatePage(
  page: ScannedPage,
  room: number,
): { scanned: ScannedPage; isTruncated: boolean } {
  if (page.suspects.length <= room) return { scanned: page, isTruncated: false };
  const cut = page.suspects.slice(room).filter(({ drifted }) => drifted).length;
  const counts = {
    ...page.counts,
    drifted: page.counts.drifted - cut,
    unknown: page.counts.unknown + cut,
  };
  return { scanned: { ...page, counts, suspects: page.suspects.slice(0, room) }, isTruncated: true };
}

async function endReading(tx: Tx, runId: RunId, label: string): Promise<void> {
  const scan = await readFullScan(tx, runId);
  if (scan === null || scan.beganAt === null) return;
  await markConfirming(tx, {
    id: runId,
    observedAt: scan.beganAt,
    rulesNotRun: scan.rulesNotRun,
    totals: {
      volumeDay: volumeDayOf(label),
      volume: [],
      classes: { LOW: noTotals(), MED: noTotals(), HIGH: noTotals() },
      opening: noTotals(),
      appearances: noAppearances(),
      accounts: scan.counts,
      durationMs: scan.readingMs,
    },
  });
}
