import type { Queryable, Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { TaskFailure } from '../jobs/types.ts';

export const OPERATION_TASK = 'operation';

/** What ended its task, a bug or a database that was away for hours, may be over by then. */
const AFTER_FAILURE_MS = 10 * 60_000;

/**
 * In the transaction that gives a task up: an operation keeps its state and is taken up again ten minutes later, whoever
 * is told of the failure meanwhile. Nothing when the task is not an operation's.
 */
export async function failOperationTask(tx: Tx, failure: TaskFailure): Promise<void> {
  if (failure.kind !== OPERATION_TASK) return;
  await rescueOperations(tx, failure.at, new Date(failure.at.getTime() + AFTER_FAILURE_MS));
}

/** Gives every open operation its task, due at `dueAt`, where one has none. Locks tasks. */
export async function rescueOperations(tx: Tx, now: Date, dueAt: Date = now): Promise<void> {
  for (const id of await listStranded(tx)) {
    await enqueueTask(tx, now, { kind: OPERATION_TASK, key: `operation:${id}`, payload: { id }, dueAt });
  }
}

/** Open operations that no task carries out. */
export async function listStranded(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select o.id from operations o
      where o.state in ('accepted', 'sent', 'unknown')
        and not exists (select from tasks t where t.key = 'operation:' || o.id and t.state in ('pending', 'running'))
      order by o.id`,
  );
  return rows.map(({ id }) => id);
}
