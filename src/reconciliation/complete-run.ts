import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { applyObservations, type Look } from '../findings/apply-observations.ts';
import { confirmResolved } from '../findings/confirm-resolved.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { carryUntold, resolveUnseen } from '../findings/resolve-unseen.ts';
import type { Observation } from '../findings/types.ts';
import type { RunId } from '../ids.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { rulesLookedAt } from './looked-at.ts';
import { isPartial } from './reasons.ts';
import { readRunFacts } from './run-facts.ts';
import { observeR26 } from './rules/r26-blind-spot.ts';
import { observeR30 } from './rules/r30-many-breaks.ts';
import { keepAuditHead, lockRun, markSettled, writeTotals, type Run } from './runs.ts';
import { assertCounts, type AccountCounts } from './scan-accounts.ts';
import type { SecondLook } from './second-look.ts';
import { readStartAt } from './start-at.ts';
import { readFindingTotals, sumOpenBreaks } from './totals.ts';
import type { RunTotals } from './types.ts';

export interface LastLooks {
  drifts: SecondLook;
  /** R27; undefined: the audit log was not checked. */
  audit: Observation | null | undefined;
}

/**
 * Completes a run in one transaction: confirmed drifts become findings, what is no longer seen is resolved, totals are
 * added up, the digest is asked for, the audit head is signed and kept. A run with a rule that could not be run is
 * partial and resolves nothing. False when another runner has done it.
 */
export async function completeRun(
  deps: ReconciliationDeps,
  now: Date,
  runId: RunId,
  looks: LastLooks,
  guard: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    const run = await lockRun(tx, runId);
    if (run?.state !== 'confirming') return false;
    assert(run.observedAt !== null && run.totals !== null, 'a run that confirms has been scanned');
    const startAt = await readStartAt(tx, deps.policy, run.label);
    const look = { runId, observedAt: run.observedAt, now, actor: ACTOR, startAt };
    const notRun = { ...run.rulesNotRun, ...(looks.audit === undefined ? { R27: 'not_checked' } : {}) };
    const state = isPartial(notRun) ? 'partial' : 'complete';
    // Settled before R26 looks at our runs, this one among them; the totals follow.
    await markSettled(tx, {
      id: runId,
      state,
      settledAt: now,
      rulesNotRun: notRun,
      totals: run.totals,
      error: null,
    });
    const entries = await settleFindings(tx, deps, look, looks, { run, looked: looked(state, notRun) });
    const totals = await keepTotals(tx, run, run.totals, looks.drifts);
    await tell(deps, tx, now, run, state, totals);
    await appendAudit(tx, now, [...entries, settledEntry(run, state, totals)]);
    await keepAuditHead(tx, runId, await deps.signHead(tx, now));
    return true;
  });
}

/** A partial run resolves nothing. */
function looked(state: 'complete' | 'partial', notRun: Record<string, string>): Set<string> {
  return state === 'partial' ? new Set() : rulesLookedAt(notRun);
}

async function settleFindings(
  tx: Tx,
  deps: ReconciliationDeps,
  look: Look & { runId: RunId },
  looks: LastLooks,
  of: { run: Run; looked: ReadonlySet<string> },
): Promise<AuditEntry[]> {
  const { policy } = deps;
  const blind = observeR26(await readRunFacts(tx, 'daily'), policy, look.observedAt);
  const seen = [...looks.drifts.confirmed, blind, looks.audit ?? null].filter((one) => one !== null);
  const entries = await applyObservations(tx, look, seen);
  await carryUntold(tx, look, looks.drifts.untold);
  const many = observeR30(await sumOpenBreaks(tx, look.runId), of.run.totals?.volumeReportingMinor ?? 0n, {
    policy,
    observedAt: look.observedAt,
  });
  if (many !== null) entries.push(...(await applyObservations(tx, look, [many])));
  entries.push(...(await resolveUnseen(tx, look, of.looked)));
  entries.push(...(await confirmResolved(tx, look, of.looked)));
  return [...entries, ...(await followFindings(tx, look.now, deps))];
}

async function keepTotals(tx: Tx, run: Run, scanned: RunTotals, drifts: SecondLook): Promise<RunTotals> {
  const accounts: AccountCounts = {
    ...scanned.accounts,
    clean: scanned.accounts.clean + drifts.clean,
    unknown: scanned.accounts.unknown + drifts.unknown,
    skipped: scanned.accounts.skipped + drifts.skipped,
    drifted: drifts.confirmed.length,
  };
  assertCounts(accounts);
  const totals = { ...scanned, accounts, ...(await readFindingTotals(tx, run.id)) };
  await writeTotals(tx, run.id, totals);
  return totals;
}

async function tell(
  deps: ReconciliationDeps,
  tx: Tx,
  now: Date,
  run: Run,
  state: 'complete' | 'partial',
  totals: RunTotals,
): Promise<void> {
  const card = { id: run.id, notBefore: run.slotAt };
  await deps.requestDigest(tx, now, card);
  await deps.requestOpening?.(tx, now, { openingCount: totals.opening.count, notBefore: run.slotAt });
  if (state === 'complete') await deps.onComplete?.(tx, now, run);
  else
    await deps.onTrouble?.(tx, now, {
      id: run.id,
      label: run.label,
      kind: run.kind,
      state,
      error: 'incomplete',
    });
}

export function settledEntry(run: Run, state: 'complete' | 'partial', totals: RunTotals): AuditEntry {
  const { LOW, MED, HIGH } = totals.classes;
  return {
    actor: ACTOR,
    action: state === 'complete' ? 'run.completed' : 'run.partial',
    tenantId: null,
    subject: { kind: 'reconciliation', id: run.id },
    data: {
      label: run.label,
      low: LOW.count,
      med: MED.count,
      high: HIGH.count,
      opening: totals.opening.count,
      accounts: totals.accounts,
      ...totals.appearances,
    },
  };
}
