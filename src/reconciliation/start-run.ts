import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type RunId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Policy } from '../policy.ts';
import { businessDayOf } from '../business-day.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { insertRun, readSlotRun, type Run } from './runs.ts';
import { RULE_IDS } from './rules/catalogue.ts';

/** The run of a slot, made if it isn't there yet: one per slot, whoever asks. `guard` is the task's. */
export async function startSlotRun(
  deps: Pick<ReconciliationDeps, 'pool' | 'policy'>,
  now: Date,
  slotAt: Date,
  guard: (tx: Tx) => Promise<void>,
): Promise<Run> {
  const run = await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    await createRun(tx, now, deps.policy, { trigger: 'schedule', slotAt, actor: ACTOR });
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
  await createRun(tx, now, policy, { trigger: 'manual', slotAt: null, actor, id });
  return id;
}

async function createRun(
  tx: Tx,
  now: Date,
  policy: Policy,
  wanted: { trigger: Run['trigger']; slotAt: Date | null; actor: string; id?: RunId },
): Promise<void> {
  const { trigger, slotAt, actor } = wanted;
  const id = wanted.id ?? newId<RunId>();
  const label = businessDayOf(slotAt ?? now, policy.business.time_zone);
  const run = { id, kind: 'daily' as const, trigger, slotAt, label };
  const isNew = await insertRun(tx, {
    ...run,
    policyHash: policy.hash,
    rules: RULE_IDS,
    now,
    startedBy: actor,
  });
  if (!isNew) return;
  await appendAudit(tx, now, [
    {
      actor,
      action: 'run.started',
      tenantId: null,
      subject: { kind: 'reconciliation', id },
      data: { kind: run.kind, trigger, label, policy: policy.hash },
    },
  ]);
}
