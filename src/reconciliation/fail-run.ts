import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { AppError, type FaultCode } from '../errors.ts';
import { applyObservations } from '../findings/apply-observations.ts';
import type { FollowDeps } from '../findings/deps.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { findingKey } from '../findings/key.ts';
import { resolveByKey } from '../findings/resolve-unseen.ts';
import type { RunId } from '../ids.ts';
import type { TaskFailure } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { dropSuspects } from './full-scans.ts';
import { problemOf } from './run-problems.ts';
import { readRunFacts } from './run-facts.ts';
import { BLIND_SPOT, observeR26 } from './rules/r26-blind-spot.ts';
import { lockRun, markSettled, readSlotRun } from './runs.ts';

/** The task of a full scan, all its pages and its second look. */
export const FULL_SCAN_TASK = 'full-scan';

/**
 * Ends a run that will not succeed: it resolves nothing, says so in its digest, and is a blind spot (R26). False when
 * the run is over already.
 */
export async function failRun(
  deps: ReconciliationDeps,
  now: Date,
  runId: RunId,
  error: unknown,
  guard: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const code = error instanceof AppError ? error.code : 'internal';
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    return await failRunIn(tx, deps, now, runId, code);
  });
}

/**
 * The same in the transaction that gives a task up: for a run whose processes died under it one after the other, so
 * that nobody was left to say so. Does nothing for tasks of other kinds and for runs that are over.
 */
export async function failRunOfTask(
  tx: Tx,
  deps: ReconciliationDeps,
  failure: Pick<TaskFailure, 'kind' | 'payload' | 'code' | 'at'>,
): Promise<void> {
  const kind = failure.kind === FULL_SCAN_TASK ? 'full' : 'daily';
  if (kind === 'daily' && failure.kind !== 'reconcile' && failure.kind !== 'confirm-drifts') return;
  const payload = z.object({ runId: z.uuid().optional(), slotAt: z.iso.datetime().optional() });
  // This runs in the transaction that gives the task up: throwing over a payload would keep it alive for ever.
  const { runId, slotAt } = payload.safeParse(failure.payload).data ?? {};
  const run = slotAt === undefined ? null : await readSlotRun(tx, kind, new Date(slotAt));
  const id = run?.id ?? (runId as RunId | undefined);
  if (id !== undefined) await failRunIn(tx, deps, failure.at, id, failure.code);
}

async function failRunIn(
  tx: Tx,
  deps: ReconciliationDeps,
  now: Date,
  runId: RunId,
  code: FaultCode,
): Promise<boolean> {
  const problem = problemOf(code);
  const run = await lockRun(tx, runId);
  if (run === null || (run.state !== 'scanning' && run.state !== 'confirming')) return false;
  const { rulesNotRun, label, slotAt, kind } = run;
  const failed = {
    id: runId,
    state: 'failed',
    settledAt: now,
    rulesNotRun,
    totals: null,
    error: problem,
  } as const;
  await markSettled(tx, failed);
  // R26 is about the daily look; that a full scan failed is told by its card and its alert.
  const entries = kind === 'daily' ? await raiseBlindSpot(tx, deps, now, runId) : [];
  if (kind === 'full') await dropSuspects(tx, runId);
  await deps.requestDigest(tx, now, { id: runId, notBefore: slotAt });
  await deps.onTrouble?.(tx, now, { id: runId, label, kind, state: 'failed', error: problem });
  await appendAudit(tx, now, [
    ...entries,
    {
      actor: ACTOR,
      action: 'run.failed',
      tenantId: null,
      subject: { kind: 'reconciliation', id: runId },
      data: { label, kind, error: problem },
    },
  ]);
  return true;
}

type BlindDeps = FollowDeps & { pool: Pool; policy: Policy };

/** R26 on an hourly look: a run that never came is as blind as one that failed. */
export async function checkRuns(deps: BlindDeps, now: Date): Promise<void> {
  await withTransaction(deps.pool, async (tx) => {
    await appendAudit(tx, now, await raiseBlindSpot(tx, deps, now, null));
  });
}

async function raiseBlindSpot(
  tx: Tx,
  deps: BlindDeps,
  now: Date,
  runId: RunId | null,
): Promise<AuditEntry[]> {
  const blind = observeR26(await readRunFacts(tx, 'daily'), deps.policy, now);
  const look = { runId, observedAt: now, now, actor: ACTOR, startAt: null };
  const entries =
    blind === null
      ? await resolveByKey(tx, look, [findingKey(BLIND_SPOT)])
      : await applyObservations(tx, look, [blind]);
  return [...entries, ...(await followFindings(tx, now, deps))];
}
