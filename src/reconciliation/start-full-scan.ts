import { withTransaction, type Tx } from '../database/pool.ts';
import { newId, type RunId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { claimRequest } from '../people/claim-request.ts';
import { ACTOR, type ReconciliationDeps } from './deps.ts';
import { FULL_SCAN_TASK } from './fail-run.ts';
import { lockRuns, readRunUnderWay, readSlotRun, type Run } from './runs.ts';
import type { ManualRun } from './start-manual-run.ts';
import { createRun } from './start-run.ts';

type Deps = Pick<ReconciliationDeps, 'pool' | 'policy' | 'requestDigest'>;

/** The full scan of a slot, made if it isn't there yet; null while another one is under way. `guard` is the task's. */
export async function startSlotFullScan(
  deps: Deps,
  now: Date,
  slotAt: Date,
  guard: (tx: Tx) => Promise<void>,
): Promise<Run | null> {
  return await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    await lockRuns(tx);
    const known = await readSlotRun(tx, 'full', slotAt);
    if (known !== null) return known;
    if ((await readRunUnderWay(tx, 'full')) !== null) return null;
    const id = newId<RunId>();
    await deps.requestDigest(tx, now, { id, notBefore: null });
    await createRun(tx, now, deps.policy, { kind: 'full', trigger: 'schedule', slotAt, actor: ACTOR, id });
    return await readSlotRun(tx, 'full', slotAt);
  });
}

/**
 * Starts a full scan for a person, unless one is under way. A daily run goes before it: the scan waits for its end, and
 * its card says so.
 */
export async function startManualFullScan(
  deps: Deps,
  now: Date,
  request: { actor: string; requestId: string },
): Promise<ManualRun> {
  return await withTransaction(deps.pool, async (tx): Promise<ManualRun> => {
    if (!(await claimRequest(tx, now, request.requestId))) return { ok: false, why: 'repeated' };
    await lockRuns(tx);
    const run = await readRunUnderWay(tx, 'full');
    if (run !== null) return { ok: false, why: 'under_way', run };
    const id = newId<RunId>();
    const payload = { runId: id };
    await enqueueTask(tx, now, { kind: FULL_SCAN_TASK, key: `${FULL_SCAN_TASK}:${id}`, payload, dueAt: now });
    await deps.requestDigest(tx, now, { id, notBefore: null });
    const { actor } = request;
    await createRun(tx, now, deps.policy, { kind: 'full', trigger: 'manual', slotAt: null, actor, id });
    return { ok: true, runId: id };
  });
}
