import type { Queryable } from '../database/pool.ts';

/** The one kind of job in the queue: "look at this task now". */
export const RUN_TASK = 'run_task';

/** Hands a due task to the queue, inside the transaction that made it due. */
export async function addJob(db: Queryable, taskId: string): Promise<void> {
  await db.query(
    `select jobs.add_job('${RUN_TASK}', json_build_object('id', $1::text), job_key := 'task:' || $1::text)`,
    [taskId],
  );
}

/**
 * Hands over due tasks that have no job: those whose moment came, and those whose job was lost, put off by the queue,
 * or taken by a worker that never came to claim the task (real time: claiming takes milliseconds). Returns how many,
 * `limit` at most. Two processes may do this at once: they skip each other's rows.
 */
export async function addMissingJobs(db: Queryable, now: Date, limit: number): Promise<number> {
  const { rows } = await db.query<{ added: string }>(
    `with due as (
       select id from tasks
       where state = 'pending' and due_at <= $1
         and not exists (
           select from jobs.jobs j
           where j.key = 'task:' || tasks.id and j.attempts < j.max_attempts
             and j.run_at < clock_timestamp() + interval '5 seconds'
             and (j.locked_at is null or j.locked_at > clock_timestamp() - interval '15 seconds')
         )
       order by due_at limit $2 for update skip locked
     ), handed as (
       update tasks set enqueued_at = $1 from due where tasks.id = due.id returning tasks.id
     )
     select count(jobs.add_job('${RUN_TASK}', json_build_object('id', id), job_key := 'task:' || id)) as added
     from handed`,
    [now, limit],
  );
  return Number(rows[0]?.added ?? 0);
}

/**
 * Releases jobs held for more than 15 s by a worker pool that belongs to no living process. It covers a process that
 * died before its row was written; the others are released together with their row.
 */
export async function unlockOrphanedJobs(db: Queryable): Promise<void> {
  await db.query(
    `select jobs.force_unlock_workers(array_agg(distinct locked_by))
     from jobs.jobs
     where locked_at < clock_timestamp() - interval '15 seconds'
       and not exists (select from runners where worker_pool_id = locked_by)
     having count(*) > 0`,
  );
}

/** Releases the jobs that a worker pool holds which has ended. */
export async function unlockJobsOf(db: Queryable, workerPoolId: string): Promise<void> {
  await db.query('select jobs.force_unlock_workers(array[$1::text])', [workerPoolId]);
}
