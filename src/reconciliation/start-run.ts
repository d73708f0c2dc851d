import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type RunId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Policy } from '../policy.ts';
import { businessDayOf } from '../business-day.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { insertFullScan } from './full-scans.ts';
import { insertRun, lockRuns, readSlotRun, type Run } from './runs.ts';
import { ACCOUNT_RULES, RULE_IDS } from './rules/catalogue.ts';

/** The run of a slot, made if it isn't there yet: one per slot, whoever asks. `guard` is the task's. */
export async function startSlotRun(
  deps: Pick<ReconciliationDeps, 'pool' | 'policy'>,
  now: Date,
  slotAt: Date,
  guard: (tx: Tx) => Promise<void>,
): Promise<Run> {
  const run = await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    await createRun(tx, now, deps.policy, { kind: 'daily', trigger: 'schedule', slotAt, actor: ACTOR });
    return await readSlotRun(tx, 'daily', slotAt);
  });
  assert(run !== null, 'the run of a slot is there once it was made');
  return run;
}

/**
 * A run that a person or the command line asks for, and its task. `announce` asks for what shows that it has begun.
 * Before the audit row, since that one is the last of a transaction.
 */
export async function requestRun(
  tx: Tx,
  now: Date,
  policy: Policy,
  actor: string,
  announce?: (id: RunId) => Promise<void>,
): Promise<RunId> {
  const id = newId<RunId>();
  await enqueueTask(tx, now, {
    kind: 'reconcile',
    key: `reconcile:${id}`,
    payload: { runId: id },
    dueAt: now,
  });
  await announce?.(id);
  await createRun(tx, now, policy, { kind: 'daily', trigger: 'manual', slotAt: null, actor, id });
  return id;
}

/** What each kind of run looks for. */
const RULES_OF: Record<Run['kind'], readonly string[]> = { daily: RULE_IDS, full: ACCOUNT_RULES };

/** Makes a run, with its audit row last; false when its slot has one. */
export async function createRun(
  tx: Tx,
  now: Date,
  policy: Policy,
  wanted: { kind: Run['kind']; trigger: Run['trigger']; slotAt: Date | null; actor: string; id?: RunId },
): Promise<boolean> {
  const { kind, trigger, slotAt, actor } = wanted;
  const id = wanted.id ?? newId<RunId>();
  const label = businessDayOf(slotAt ?? now, policy.business.time_zone);
  const run = { id, kind, trigger, slotAt, label };
  await lockRuns(tx);
  const isNew = await insertRun(tx, {
    ...run,
    policyHash: policy.hash,
    rules: RULES_OF[kind],
    now,
    startedBy: actor,
  });
  if (!isNew) return false;
  if (kind === 'full') await insertFullScan(tx, id);
  await appendAudit(tx, now, [
    {
      actor,
      action: 'run.started',
      tenantId: null,
      subject: { kind: 'reconciliation', id },
      data: { kind, trigger, label, policy: policy.hash },
    },
  ]);
  return true;
}
