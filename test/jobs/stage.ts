import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { enqueueTask } from '../../src/jobs/enqueue-task.ts';
import { makeJobs, type Jobs, type JobsOptions } from '../../src/jobs/make-jobs.ts';
import type { Schedule, Slot, TaskFailure } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { START } from './work-kind.ts';

export interface Stage {
  database: TestDatabase;
  pool: Pool;
  clock: TestClock;
  failures: TaskFailure[];
  missed: Slot[];
  /** A process's part in the jobs; stopped after the test. */
  makeJobs(options: Partial<JobsOptions>): Jobs;
  enqueue(task: {
    kind?: string;
    key: string;
    payload?: Record<string, unknown>;
    inMs?: number;
  }): Promise<string>;
}

/** One database a file; empty tables, a clock and no jobs before each test. */
export function useStage(): Stage {
  const stage = {} as Stage;
  const started: Jobs[] = [];
  beforeAll(async () => {
    stage.database = await createOurDatabase();
    stage.pool = stage.database.pool;
  });
  afterAll(() => stage.database.drop());
  beforeEach(() => {
    stage.clock = makeTestClock(START);
    stage.failures = [];
    stage.missed = [];
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
    for (const table of ['tasks', 'slots', 'schedules', 'runners', 'jobs._private_jobs']) {
      await stage.pool.query(`delete from ${table}`);
    }
  });
  stage.makeJobs = (options) => {
    const jobs = makeJobs({
      pool: stage.pool,
      clock: stage.clock,
      log: makeLog(process.env['TEST_LOG'] ?? 'silent'),
      kinds: [],
      schedules: [],
      policyHash: 'p1',
      concurrency: 2,
      onFailed: async (_tx, failure) => void stage.failures.push(failure),
      onMissed: async (_tx, _schedule, slots) => void stage.missed.push(...slots),
      ...options,
    });
    started.push(jobs);
    return jobs;
  };
  stage.enqueue = ({ kind = 'work', key, payload = {}, inMs = 0 }) => {
    const now = stage.clock.now();
    const dueAt = new Date(now.getTime() + inMs);
    return withTransaction(stage.pool, (tx) => enqueueTask(tx, now, { kind, key, payload, dueAt }));
  };
  return stage;
}

export function everyMorning(options: Partial<Schedule> = {}): Schedule {
  return {
    name: 'digest',
    cron: '0 9 * * *',
    zone: 'Europe/Istanbul',
    catchUp: 'last',
    leadMs: 0,
    task: (slot) => ({ kind: 'work', payload: { slotAt: slot.slotAt.toISOString() } }),
    ...options,
  };
}

/** Waits until the condition holds; fails after `withinMs` of real time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(5);
  }
}

export interface TaskRow {
  id: string;
  key: string;
  state: string;
  due_at: Date;
  faults: number;
  deaths: number;
  fence: string;
  asked_again: boolean;
  payload: unknown;
  last_error: string | null;
}

export async function tasksByKey(pool: Pool, key: string): Promise<TaskRow[]> {
  const { rows } = await pool.query<TaskRow>('select * from tasks where key = $1 order by created_at, id', [
    key,
  ]);
  return rows;
}

/** The newest task with this key stands in this state. */
export function untilState(pool: Pool, key: string, state: string, withinMs?: number): Promise<void> {
  return until(
    `${key} is ${state}`,
    async () => (await tasksByKey(pool, key)).at(-1)?.state === state,
    withinMs,
  );
}

/** A promise with its resolve, to hold a running task until the test lets it go. */
export function makeGate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
