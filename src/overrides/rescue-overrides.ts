import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { TaskFailure } from '../jobs/types.ts';
import { OVERRIDE_TASK } from './deps.ts';
import { taskOf } from './task-of.ts';

/** What ended its task, a bug or a database that was away for hours, may be over by then. */
const AFTER_FAILURE_MS = 10 * 60_000;

/**
 * In the transaction that gives a task up: an override keeps its state and is taken up again ten minutes later, whoever
 * is told of the failure meanwhile; one that nobody carries on would bar every other about the same. Nothing when the
 * task is not an override's.
 */
export async function failOverrideTask(tx: Tx, failure: TaskFailure): Promise<void> {
  if (failure.kind !== OVERRIDE_TASK) return;
  const { id } = failure.payload as { id?: unknown };
  if (typeof id !== 'string') return;
  await enqueueTask(tx, failure.at, taskOf(id, new Date(failure.at.getTime() + AFTER_FAILURE_MS)));
}
