import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { applyObservations } from '../findings/apply-observations.ts';
import { confirmResolved } from '../findings/confirm-resolved.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { carryUntold, resolveUnseen } from '../findings/resolve-unseen.ts';
import type { RunId } from '../ids.ts';
import { settledEntry } from './complete-run.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { dropSuspects } from './full-scans.ts';
import type { FullLook } from './look-again.ts';
import { isPartial } from './reasons.ts';
import { ACCOUNT_RULES } from './rules/catalogue.ts';
import { lockRun, lockRuns, markSettled, readRunUnderWay, writeTotals, type Run } from './runs.ts';
import { assertCounts, type AccountCounts } from './scan-accounts.ts';
import { keepStartAt, readStartAt } from './start-at.ts';
import { readFindingTotals } from './totals.ts';
import type { RunTotals } from './types.ts';

/**
 * Completes a full scan in one transaction: what was seen twice becomes findings; what a complete scan no longer sees is
 * resolved, of R01, R06 and R07 only. The scan speaks of the time of its first page: what somebody saw later is left
 * alone. 'wait' while a daily run is under way, 'over' when another runner has done it.
 */
export async function completeFullScan(
  deps: ReconciliationDeps,
  now: Date,
  of: { runId: RunId; lookedAt: Date; look: FullLook },
  guard: (tx: Tx) => Promise<void>,
): Promise<'done' | 'wait' | 'over'> {
  const { runId, look } = of;
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    await lockRuns(tx);
    if ((await readRunUnderWay(tx, 'daily')) !== null) return 'wait';
    const run = await lockRun(tx, runId);
    if (run?.state !== 'confirming') return 'over';
    assert(run.observedAt !== null && run.totals !== null, 'a full scan that confirms has been read');
    const failed = Object.fromEntries(look.failed.map((rule) => [rule, 'rule_failed']));
    const notRun = { ...run.rulesNotRun, ...failed };
    const state = isPartial(notRun) ? 'partial' : 'complete';
    const { observedAt: beganAt, totals: read } = run;
    const settled = {
      id: runId,
      state,
      settledAt: now,
      rulesNotRun: notRun,
      totals: read,
      error: null,
    } as const;
    await markSettled(tx, settled);
    const entries = await settleFindings(
      tx,
      deps,
      now,
      { run, beganAt, isComplete: state === 'complete' },
      of,
    );
    const totals = await keepTotals(tx, run, read, look);
    await dropSuspects(tx, runId);
    await deps.requestDigest(tx, now, { id: runId, notBefore: null });
    const { label, kind } = run;
    if (state === 'complete') await deps.onComplete?.(tx, now, run);
    else await deps.onTrouble?.(tx, now, { id: runId, label, kind, state, error: 'incomplete' });
    await appendAudit(tx, now, [...entries, settledEntry(run, state, totals)]);
    return 'done';
  });
}

async function settleFindings(
  tx: Tx,
  deps: ReconciliationDeps,
  now: Date,
  { run, beganAt, isComplete }: { run: Run; beganAt: Date; isComplete: boolean },
  { runId, lookedAt, look }: { runId: RunId; lookedAt: Date; look: FullLook },
): Promise<AuditEntry[]> {
  const startAt = await readStartAt(tx, deps.policy, run.label);
  const second = { runId, observedAt: lookedAt, now, actor: ACTOR, startAt };
  const first = { ...second, observedAt: beganAt };
  const looked = new Set<string>(isComplete ? ACCOUNT_RULES : []);
  const entries = await applyObservations(tx, second, look.observations);
  await carryUntold(tx, second, look.untold);
  entries.push(...(await resolveUnseen(tx, first, looked, ACCOUNT_RULES)));
  entries.push(...(await confirmResolved(tx, first, looked)));
  entries.push(...(await followFindings(tx, now, deps)));
  return [...entries, ...(await keepStartAt(tx, now, startAt))];
}

async function keepTotals(tx: Tx, run: Run, read: RunTotals, look: FullLook): Promise<RunTotals> {
  const accounts: AccountCounts = {
    ...read.accounts,
    clean: read.accounts.clean + look.clean,
    unknown: read.accounts.unknown + look.unknown,
    skipped: read.accounts.skipped + look.skipped,
    drifted: look.drifted,
  };
  assertCounts(accounts);
  const totals = { ...read, accounts, ...(await readFindingTotals(tx, run.id)) };
  await writeTotals(tx, run.id, totals);
  return totals;
}
