import { EventEmitter } from 'node:events';
import { Logger, run, type Runner, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import type { Pool } from '../database/pool.ts';
import { assert, describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import { makeQueuePool } from './queue-pool.ts';
import { RUN_TASK } from './queue-store.ts';

/** How long running tasks may take to give up after the stop signal, in real milliseconds. */
const STOP_WITHIN_MS = 8_000;
const RESTART_AFTER_MS = 1_000;
/** Failed looks for a job in a row, over all workers, before they are replaced. */
const ERRORS_BORNE = 8;

export interface WorkQueue {
  /** The name under which its workers lock jobs; changes when they had to be started anew. */
  workerPoolId(): string | undefined;
  /** Takes no new job, waits for running ones, and leaves those behind that do not end in time. */
  stop(): Promise<void>;
}

interface WorkQueueDeps {
  pool: Pool;
  log: Log;
  concurrency: number;
  /** Awaited before a job is looked at. */
  ready: Promise<void>;
  runTask(taskId: string): Promise<void>;
  /** New workers stand; awaited before start resolves. */
  onWorkers(workerPoolId: string): Promise<void>;
}

/**
 * Starts the workers that bring "now": graphile-worker in schema `jobs`, which it migrates itself. When its workers
 * end, or find no way to the database any more (an error in their first statement is kept for ever, 0.17.3), they
 * are replaced.
 */
export async function startWorkQueue(deps: WorkQueueDeps): Promise<WorkQueue> {
  const { log } = deps;
  let stopping = false;
  let workers = await begin();

  async function begin(): Promise<Workers> {
    const begun = await startWorkers(deps);
    void begun.useless.then(replace);
    await deps.onWorkers(begun.pool.id);
    return begun;
  }

  function replace(): void {
    if (stopping) return;
    log.error('the queue workers are of no use any more; starting new ones');
    workers.runner.stop().catch(() => undefined);
    setTimeout(() => void restart(), RESTART_AFTER_MS);
  }

  async function restart(): Promise<void> {
    if (stopping) return;
    try {
      workers = await begin();
    } catch (error) {
      log.error({ error: describeError(error) }, 'the queue workers could not be started');
      setTimeout(() => void restart(), RESTART_AFTER_MS);
    }
  }

  return {
    workerPoolId: () => (workers.pool._active ? workers.pool.id : undefined),
    async stop() {
      stopping = true;
      if (!workers.pool._active) return;
      let late: NodeJS.Timeout | undefined;
      const deadline = new Promise<'late'>((resolve) => {
        late = setTimeout(() => resolve('late'), STOP_WITHIN_MS);
      });
      const end = await Promise.race([workers.runner.stop().catch(() => undefined), deadline]);
      clearTimeout(late);
      if (end === 'late') await forceToEnd(workers);
    },
  };
}

/** Runner.kill() does nothing once a graceful shutdown has begun, hence the pool's own way. */
async function forceToEnd(workers: Workers): Promise<void> {
  await Promise.resolve(workers.pool.forcefulShutdown('it did not end by itself')).catch(() => undefined);
}

interface Workers {
  runner: Runner;
  pool: WorkerPool;
  /** Settles when they begin to shut down, whoever asked for it, or fail to look for jobs again and again. */
  useless: Promise<void>;
}

async function startWorkers(deps: WorkQueueDeps): Promise<Workers> {
  const events: WorkerEvents = new EventEmitter();
  let pool: WorkerPool | undefined;
  events.on('pool:create', (event) => {
    pool = event.workerPool;
  });
  const useless = new Promise<void>((resolve) => {
    let errors = 0;
    events.once('pool:gracefulShutdown', () => resolve());
    events.on('worker:getJob:empty', () => void (errors = 0));
    events.on('job:start', () => void (errors = 0));
    events.on('worker:getJob:error', () => {
      errors += 1;
      if (errors >= ERRORS_BORNE) resolve();
    });
  });
  const runner = await run({
    pgPool: makeQueuePool(deps.pool, deps.log),
    events,
    parsedCronItems: [],
    noHandleSignals: true,
    concurrency: deps.concurrency,
    logger: new Logger(() => quietly(deps.log)),
    taskList: {
      [RUN_TASK]: async (payload) => {
        await deps.ready;
        await deps.runTask(taskIdOf(payload));
      },
    },
    preset: {
      worker: {
        schema: 'jobs',
        // Outcomes are stored at once; otherwise a stop would leave finished jobs locked.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
        gracefulShutdownAbortTimeout: 5_000,
      },
    },
  });
  runner.promise.catch(() => undefined);
  assert(pool !== undefined, 'graphile-worker told of its worker pool');
  // Named queues would need a nudge after each job (the next one waits for the 2 s poll); ours has none of them.
  return { runner, pool, useless };
}

/** Its words without their attachments, which hold payloads. */
function quietly(log: Log) {
  return (level: string, message: string) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.debug(message);
  };
}

function taskIdOf(payload: unknown): string {
  const id = typeof payload === 'object' && payload !== null && 'id' in payload ? payload.id : undefined;
  assert(typeof id === 'string', 'a job names its task');
  return id;
}
