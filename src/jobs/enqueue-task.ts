import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type TaskId } from '../ids.ts';
import { addJob } from './queue-store.ts';
import type { NewTask } from './types.ts';

interface UpsertedRow {
  id: TaskId;
  due: boolean;
  has_queue: boolean;
}

/**
 * Asks for a task inside the caller's transaction: nothing of it exists if that rolls back.
 *
 * One live task per key. A pending one takes the new payload and the earlier moment (after a fault it keeps its
 * back-off: the other side asked for peace); a running one runs once more with the new payload when it ends.
 * A due task is handed to the queue in the same transaction; one due later, or asked for before the queue was ever
 * started on this database, is handed over by the sweep.
 */
export async function enqueueTask(tx: Tx, now: Date, task: NewTask): Promise<TaskId> {
  const row = await upsertTask(tx, now, task);
  assert(row !== undefined, `the key ${task.key} belongs to a task of another kind than ${task.kind}`);
  if (row.due && row.has_queue) await addJob(tx, row.id);
  return row.id;
}

/** No row when the live task with this key is of another kind. The limit of faults is written by the claim. */
async function upsertTask(db: Queryable, now: Date, task: NewTask): Promise<UpsertedRow | undefined> {
  const { rows } = await db.query<UpsertedRow>(
    `insert into tasks as t (id, kind, key, payload, state, due_at, max_faults, enqueued_at, created_at)
     values ($1, $2, $3, $4, 'pending', $5, 0, case when $5::timestamptz <= $6 then $6::timestamptz end, $6)
     on conflict (key) where state in ('pending', 'running') do update set
       payload = excluded.payload,
       due_at = case
         when t.state = 'running' and not t.asked_again then excluded.due_at
         when t.state = 'pending' and t.last_error is not null then t.due_at
         else least(t.due_at, excluded.due_at)
       end,
       asked_again = t.state = 'running'
     where t.kind = excluded.kind
     returning id, state = 'pending' and due_at <= $6 as due,
       to_regproc('jobs.add_job') is not null as has_queue`,
    [newId<TaskId>(), task.kind, task.key, JSON.stringify(task.payload), task.dueAt, now],
  );
  return rows[0];
}
