import { withTransaction } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import { claimRequest } from '../people/claim-request.ts';
import type { ReconciliationDeps } from './deps.ts';
import { readRunUnderWay, type Run } from './runs.ts';
import { requestRun } from './start-run.ts';

export type ManualRun =
  | { ok: true; runId: RunId }
  /** One at a time: this one is under way. */
  | { ok: false; why: 'under_way'; run: Run }
  | { ok: false; why: 'repeated' };

/**
 * Starts a daily run for a person, unless one is under way, whoever started it: two at once would read the same and tell it
 * twice. A full scan that is under way waits for it. Its digest is asked for at once and shows how far it is.
 */
export async function startManualRun(
  deps: Pick<ReconciliationDeps, 'pool' | 'policy' | 'requestDigest'>,
  now: Date,
  request: { actor: string; requestId: string },
): Promise<ManualRun> {
  return await withTransaction(deps.pool, async (tx): Promise<ManualRun> => {
    if (!(await claimRequest(tx, now, request.requestId))) return { ok: false, why: 'repeated' };
    await tx.query(`select pg_advisory_xact_lock(hashtext('mutabik.manual_run'))`);
    const run = await readRunUnderWay(tx, 'daily');
    if (run !== null) return { ok: false, why: 'under_way', run };
    const runId = await requestRun(tx, now, deps.policy, request.actor, (id) =>
      deps.requestDigest(tx, now, { id, notBefore: null }),
    );
    return { ok: true, runId };
  });
}
