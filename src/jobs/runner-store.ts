import type { Queryable } from '../database/pool.ts';

export interface Runner {
  id: string;
  /** The queue's name for this process's workers; it locks jobs under it. */
  workerPoolId: string;
  policyHash: string;
}

/** This process lives. Written anew when others had taken it for dead. Real time: a dead process is dead on any clock. */
export async function beat(db: Queryable, runner: Runner): Promise<void> {
  await db.query(
    `insert into runners (id, worker_pool_id, policy_hash) values ($1, $2, $3)
     on conflict (id) do update set worker_pool_id = excluded.worker_pool_id, seen_at = clock_timestamp()`,
    [runner.id, runner.workerPoolId, runner.policyHash],
  );
}

/**
 * Buries processes unseen for `unseenMs` (real time) and frees what they held, in one statement: their rows go, the
 * queue unlocks their jobs, their tasks are pending and due, and all workers are told. Returns how many tasks.
 */
export async function buryDeadRunners(
  db: Queryable,
  runnerId: string,
  unseenMs: number,
  now: Date,
): Promise<number> {
  const { rows } = await db.query<{ freed: number }>(
    `with dead as (
       delete from runners
       where id <> $1 and seen_at < clock_timestamp() - $2 * interval '1 millisecond'
       returning id, worker_pool_id
     ), unlocked as (
       select jobs.force_unlock_workers(array_agg(worker_pool_id)) from dead having count(*) > 0
     ), freed as (
       update tasks set state = 'pending', due_at = $3, runner_id = null, asked_again = false, deaths = deaths + 1
       where state = 'running'
         and (runner_id in (select id from dead) or not exists (select from runners where id = runner_id))
       returning id
     ), told as (
       select pg_notify('jobs:insert', '{"count":4}') from unlocked
     )
     select (select count(*) from told)::int * 0 + (select count(*) from freed)::int as freed`,
    [runnerId, unseenMs, now],
  );
  return rows[0]?.freed ?? 0;
}

/** This process stops: what it still holds is due again, for others, and no fault of the task. */
export async function retireRunner(db: Queryable, runnerId: string, now: Date): Promise<void> {
  await db.query(
    `with gone as (
       delete from runners where id = $1 returning worker_pool_id
     ), unlocked as (
       select jobs.force_unlock_workers(array_agg(worker_pool_id)) from gone having count(*) > 0
     ), freed as (
       update tasks set state = 'pending', due_at = $2, runner_id = null, asked_again = false
       where state = 'running' and runner_id = $1
       returning id
     ), told as (
       select pg_notify('jobs:insert', '{"count":4}') from unlocked where exists (select from freed)
     )
     select count(*) from told`,
    [runnerId, now],
  );
}

/** Living processes and whether all have the same policy. */
export async function runnersSeen(db: Queryable): Promise<{ runners: number; samePolicy: boolean }> {
  const { rows } = await db.query<{ runners: number; policies: number }>(
    `select count(*)::int as runners, count(distinct policy_hash)::int as policies
     from runners where seen_at > clock_timestamp() - interval '15 seconds'`,
  );
  return { runners: rows[0]?.runners ?? 0, samePolicy: (rows[0]?.policies ?? 0) <= 1 };
}
