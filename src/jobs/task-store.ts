import type { Queryable } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { TaskId } from '../ids.ts';

/** A task that this process holds. The fence says which holding: a later one has a higher fence. */
export interface HeldTask {
  id: TaskId;
  kind: string;
  key: string;
  payload: unknown;
  fence: string;
  faults: number;
  deaths: number;
}

/** How a task stands after it was settled; undefined when it was overtaken and nothing was changed. */
interface SettledTask {
  state: 'pending' | 'done' | 'failed';
  due_at: Date;
  asked_again: boolean;
  payload: Record<string, unknown>;
}

/**
 * Takes a due task, or one whose holder is dead; undefined when it is not there to be taken. `limits` maps kinds to
 * the faults they allow. A process without its row in `runners` takes nothing: others count it as dead.
 */
export async function claimTask(
  db: Queryable,
  claim: { id: string; runnerId: string; now: Date; limits: Record<string, number> },
): Promise<HeldTask | undefined> {
  const { rows } = await db.query<HeldTask>(
    `update tasks set state = 'running', fence = fence + 1, runner_id = $2, asked_again = false,
       max_faults = coalesce(($4::jsonb ->> kind)::int, max_faults)
     where id = $1
       and (state = 'pending' and due_at <= $3
         or state = 'running' and (runner_id = $2 or not exists (select from runners where id = tasks.runner_id)))
       and exists (select from runners where id = $2)
     returning id, kind, key, payload, fence, faults, deaths`,
    [claim.id, claim.runnerId, claim.now, JSON.stringify(claim.limits)],
  );
  return rows[0];
}

/** Locks the row of a held task until the transaction ends; throws `overtaken` when another holds it now. */
export async function lockHeldTask(db: Queryable, task: HeldTask): Promise<void> {
  const { rowCount } = await db.query(
    `select from tasks where id = $1 and fence = $2 and state = 'running' for no key update`,
    [task.id, task.fence],
  );
  if (rowCount !== 1) {
    throw new AppError('overtaken', `task ${task.key} is held by another process`, { retryable: false });
  }
}

/** Done, or pending again at the asked moment when it was asked for while it ran. */
export async function settleDone(db: Queryable, task: HeldTask, now: Date): Promise<SettledTask | undefined> {
  const { rows } = await db.query<SettledTask>(
    `update tasks set
       state = case when asked_again then 'pending' else 'done' end,
       settled_at = case when asked_again then null else $3::timestamptz end,
       faults = 0, deaths = 0, last_error = null, runner_id = null, asked_again = false
     where id = $1 and fence = $2 and state = 'running'
     returning state, due_at, asked_again, payload`,
    [task.id, task.fence, now],
  );
  return rows[0];
}

/** Pending until `at`, or until the earlier moment that was asked for while it ran. Faults stay counted. */
export async function settleAgain(db: Queryable, task: HeldTask, at: Date): Promise<SettledTask | undefined> {
  const { rows } = await db.query<SettledTask>(
    `update tasks set state = 'pending',
       due_at = case when asked_again then least(due_at, $3) else $3 end,
       deaths = 0, last_error = null, runner_id = null, asked_again = false
     where id = $1 and fence = $2 and state = 'running'
     returning state, due_at, asked_again, payload`,
    [task.id, task.fence, at],
  );
  return rows[0];
}

/** One fault more; pending until `at`. What was asked for while it ran is met by that try. */
export async function settleFault(
  db: Queryable,
  task: HeldTask,
  at: Date,
  error: string,
): Promise<SettledTask | undefined> {
  const { rows } = await db.query<SettledTask>(
    `update tasks set state = 'pending', due_at = $3, faults = faults + 1, deaths = 0, last_error = $4,
       runner_id = null, asked_again = false
     where id = $1 and fence = $2 and state = 'running'
     returning state, due_at, asked_again, payload`,
    [task.id, task.fence, at, error],
  );
  return rows[0];
}

/** Failed for good. asked_again stays: the caller enqueues what was asked for while it ran. */
export async function settleFailed(
  db: Queryable,
  task: HeldTask,
  now: Date,
  error: string,
): Promise<SettledTask | undefined> {
  const { rows } = await db.query<SettledTask>(
    `update tasks set state = 'failed', settled_at = $3, faults = faults + 1, last_error = $4, runner_id = null
     where id = $1 and fence = $2 and state = 'running'
     returning state, due_at, asked_again, payload`,
    [task.id, task.fence, now, error],
  );
  return rows[0];
}
