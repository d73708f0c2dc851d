import type { Tx } from '../database/pool.ts';
import { AppError, BugError } from '../errors.ts';
import type { RunId } from '../ids.ts';
import type { TaskContext } from '../jobs/types.ts';
import type { ReconciliationDeps } from './deps.ts';
import { failRun } from './fail-run.ts';

/** Faults after which a run fails for good: with a back-off of 2^n s that is about two minutes. */
export const MAX_FAULTS = 7;

/** The task's guard, as stores take it. */
export function guardOf(context: TaskContext): (tx: Tx) => Promise<void> {
  return (tx) => context.guard(tx);
}

/** A fault that won't be tried again ends the run before it ends the task; what breaks off in a stop is tried again. */
export async function failing<Result>(
  deps: ReconciliationDeps,
  context: TaskContext,
  runId: RunId,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const overtaken = error instanceof AppError && error.code === 'overtaken';
    const final = error instanceof BugError || (error instanceof AppError && !error.retryable);
    if (!overtaken && !context.signal.aborted && (final || context.faults + 1 >= MAX_FAULTS))
      await failRun(deps, context.clock.now(), runId, error, guardOf(context));
    throw error;
  }
}
