import { EventEmitter } from 'node:events';
import { Logger, run, type Runner, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import type { Pool } from '../database/pool.ts';
import { assert, describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import { RUN_TASK } from './queue-store.ts';

/** How long running tasks may take to give up after the stop signal, in real milliseconds. */
const STOP_WITHIN_MS = 8_000;
const RESTART_AFTER_MS = 1_000;

export interface WorkQueue {
  /** The name under which its workers lock jobs; changes when they had to be started anew. */
  workerPoolId(): string | undefined;
  /** Takes no new job, waits for running ones, and leaves those behind that do not end in time. */
  stop(): Promise<void>;
}

export interface WorkQueueDeps {
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
 * Starts the workers that bring "now": graphile-worker in schema `jobs`, which it migrates itself. Its workers end
 * when their database fails in the wrong moment; then they are started anew.
 */
export async function startWorkQueue(deps: WorkQueueDeps): Promise<WorkQueue> {
  const { log } = deps;
  let stopping = false;
  let workers = await startWorkers(deps);
  await deps.onWorkers(workers.pool.id);
  watch(workers);

  function watch(watched: Workers): void {
    const again = (error?: unknown) => {
      if (stopping) return;
      log.error(
        { error: describeError(error ?? 'no reason given') },
        'the workers ended; starting them anew',
      );
      setTimeout(() => void restart(), RESTART_AFTER_MS);
    };
    watched.runner.promise.then(() => again(), again);
  }

  async function restart(): Promise<void> {
    if (stopping) return;
    try {
      workers = await startWorkers(deps);
      watch(workers);
      await deps.onWorkers(workers.pool.id);
    } catch (error) {
      log.error({ error: describeError(error) }, 'the workers could not be started');
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
      const ended = await Promise.race([workers.runner.stop().catch(() => undefined), deadline]);
      clearTimeout(late);
      if (ended === 'late') await workers.runner.kill().catch(() => undefined);
    },
  };
}

interface Workers {
  runner: Runner;
  pool: WorkerPool;
}

async function startWorkers(deps: WorkQueueDeps): Promise<Workers> {
  const events: WorkerEvents = new EventEmitter();
  let pool: WorkerPool | undefined;
  events.on('pool:create', (event) => {
    pool = event.workerPool;
  });
  const runner = await run({
    pgPool: deps.pool,
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
  assert(pool !== undefined, 'graphile-worker told of its worker pool');
  // Named queues would need a nudge after each job (the next one waits for the 2 s poll); ours has none of them.
  return { runner, pool };
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
