import { randomUUID } from 'node:crypto';
import type { Pool } from '../database/pool.ts';
import { assert, describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { OnMissed } from './open-slots.ts';
import { oldestLagMs } from './pending.ts';
import { unlockJobsOf } from './queue-store.ts';
import { makeTaskRunner } from './run-task.ts';
import { beat, buryDeadRunners, retireRunner, runnersSeen, type Runner } from './runner-store.ts';
import type { OnFailed } from './settle-task.ts';
import { forgetOtherSchedules, registerSchedule } from './slot-store.ts';
import { sweep } from './sweep.ts';
import { makeSweeper, type Sweeper } from './sweeper.ts';
import type { JobsHealth, Schedule, SettledAs, TaskKind } from './types.ts';
import { startWorkQueue, type WorkQueue } from './work-queue.ts';

/** A process unseen for this long (real time) is dead. */
const UNSEEN_MS = 15_000;
/** Lives and deaths are of real time: a clock that jumps makes hundreds of sweeps a second, which tell nothing new. */
const BEAT_EVERY_MS = 200;
/** Tasks that run at once in one process. */
const CONCURRENCY = 4;

export interface JobsOptions {
  /** On our own database. One connection listens; a running task needs one beside its own: max >= 2 x concurrency + 2. */
  pool: Pool;
  clock: Clock;
  log: Log;
  kinds: readonly TaskKind<unknown>[];
  schedules: readonly Schedule[];
  policyHash: string;
  concurrency?: number;
  /** No other process works on this database: at start, whoever else is registered is dead. */
  alone?: boolean;
  /** In the transaction that gives a task up: the alert. */
  onFailed: OnFailed;
  /** In the transaction that records missed slots: the alert. */
  onMissed: OnMissed;
  /** For metrics: kind, how it ended, real milliseconds. */
  onSettled?: (kind: string, as: SettledAs, ms: number) => void;
}

export interface Jobs {
  readonly runnerId: string;
  /** Catches up, takes work. Throws when the database can't be reached. */
  start(): Promise<void>;
  /** Takes no more work, waits up to 8 s for running tasks, gives the rest to others. */
  stop(): Promise<void>;
  /** Looks at once for what is due; resolves when that was handed to the queue. */
  wake(): Promise<void>;
  health(): Promise<JobsHealth>;
}

/** Builds this process's part in the durable work: several may run on one database. */
export function makeJobs(options: JobsOptions): Jobs {
  const { pool, clock, log } = options;
  const runnerId = randomUUID();
  const stopping = new AbortController();
  let queue: WorkQueue | undefined;
  let stopped: Promise<void> | undefined;
  let lastWorkers: string | undefined;

  const runner = (): Runner | undefined => runnerOf(queue?.workerPoolId());
  const runnerOf = (workerPoolId: string | undefined): Runner | undefined =>
    workerPoolId === undefined ? undefined : { id: runnerId, workerPoolId, policyHash: options.policyHash };

  const sweeper = sweeperOf(options, runnerId, runner);
  const runTask = makeTaskRunner({
    pool,
    clock,
    log,
    kinds: byName(options.kinds),
    runnerId,
    signal: stopping.signal,
    onFailed: options.onFailed,
    onPending: (at) => sweeper.expect(at),
    onSettled: options.onSettled,
  });

  async function start(): Promise<void> {
    assert(queue === undefined, 'jobs are started once');
    await registerSchedules(options);
    let setReady = () => {};
    const ready = new Promise<void>((resolve) => {
      setReady = resolve;
    });
    queue = await startWorkQueue({
      pool,
      log,
      concurrency: options.concurrency ?? CONCURRENCY,
      ready,
      runTask,
      onWorkers: async (workerPoolId) => {
        const self = runnerOf(workerPoolId);
        if (self !== undefined) await beat(pool, self);
        // What earlier workers of this process had locked is looked at again; what was done is found done.
        if (lastWorkers !== undefined) await unlockJobsOf(pool, lastWorkers);
        lastWorkers = workerPoolId;
      },
    });
    if (options.alone === true) await buryDeadRunners(pool, runnerId, 0, clock.now());
    setReady();
    sweeper.start();
    await sweeper.wake();
  }

  async function stopOnce(): Promise<void> {
    stopping.abort();
    await sweeper.stop();
    await queue?.stop();
    if (queue === undefined) return;
    await retireRunner(pool, runnerId, clock.now()).catch((error: unknown) =>
      log.warn({ error: describeError(error) }, 'could not hand work back; others take it over in 15 s'),
    );
  }

  return {
    runnerId,
    start,
    stop: () => (stopped ??= stopOnce()),
    wake: () => sweeper.wake(),
    async health() {
      const sweptAt = sweeper.sweptAt();
      const fresh = sweptAt !== null && performance.now() - sweptAt < UNSEEN_MS;
      const lagMs = await oldestLagMs(pool, clock.now());
      return { working: fresh && runner() !== undefined, lagMs, ...(await runnersSeen(pool)) };
    },
  };
}

async function registerSchedules({ pool, clock, schedules }: JobsOptions): Promise<void> {
  const names = schedules.map((schedule) => schedule.name);
  await forgetOtherSchedules(pool, names);
  for (const schedule of schedules) await registerSchedule(pool, schedule, clock.now());
}

function sweeperOf(options: JobsOptions, runnerId: string, runner: () => Runner | undefined): Sweeper {
  const { pool, clock, log, schedules, onMissed } = options;
  let beatenAt = Number.NEGATIVE_INFINITY;
  const isBeatDue = (): boolean => {
    const isDue = performance.now() - beatenAt >= BEAT_EVERY_MS;
    if (isDue) beatenAt = performance.now();
    return isDue;
  };
  const deps = { pool, clock, log, schedules, runner, runnerId, unseenMs: UNSEEN_MS, isBeatDue, onMissed };
  return makeSweeper({ clock, log, sweep: () => sweep(deps) });
}

function byName(kinds: readonly TaskKind<unknown>[]): ReadonlyMap<string, TaskKind<unknown>> {
  const map = new Map<string, TaskKind<unknown>>();
  for (const kind of kinds) {
    assert(!map.has(kind.kind), `the task kind ${kind.kind} is registered twice`);
    assert(kind.maxFaults >= 2, `the task kind ${kind.kind} allows one fault at least before its last try`);
    map.set(kind.kind, kind);
  }
  return map;
}
