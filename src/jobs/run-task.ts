import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from '../database/pool.ts';
import { AppError, BugError, describeError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { decideFault, isPoison } from './rules.ts';
import { settleTask, type Ending, type OnFailed, type Settlement } from './settle-task.ts';
import { claimTask, lockHeldTask, type HeldTask } from './task-store.ts';
import type { SettledAs, TaskContext, TaskKind, TaskOutcome } from './types.ts';

/** Reading a large ledger takes minutes; thirty rules at a minute a statement, the most there may be, take this long. */
const RUN_LIMIT_MS = 30 * 60_000;

interface TaskRunnerDeps {
  pool: Pool;
  clock: Clock;
  log: Log;
  kinds: ReadonlyMap<string, TaskKind<unknown>>;
  runnerId: string;
  /** Fires when the process is stopping. */
  signal: AbortSignal;
  onFailed: OnFailed;
  /** The task is pending until this moment: the sweep should not come later. */
  onPending(at: Date): void;
  onSettled?: ((kind: string, as: SettledAs, ms: number) => void) | undefined;
}

/** Claims a task, runs it, writes down how it ended. Never throws for what the task did. */
export type RunTask = (taskId: string) => Promise<void>;

/** Builds the runner of this process. */
export function makeTaskRunner(deps: TaskRunnerDeps): RunTask {
  const limits = Object.fromEntries([...deps.kinds].map(([name, kind]) => [name, kind.maxFaults]));
  const running = new Map<string, Promise<void>>();

  async function claimAndRun(taskId: string): Promise<void> {
    const { pool, clock, runnerId } = deps;
    const task = await claimTask(pool, { id: taskId, runnerId, now: clock.now(), limits });
    if (task === undefined) return;
    const begunAt = performance.now();
    const ending = await runHeldTask(deps, task);
    const settlement = ending === null ? overtaken : await settleUntilWritten(deps, task, ending);
    if (settlement === null) return;
    deps.onSettled?.(task.kind, settlement.as, performance.now() - begunAt);
    if (settlement.dueAt !== null) deps.onPending(settlement.dueAt);
  }

  return async (taskId) => {
    // A job can arrive before the run that asked for it has let go here.
    while (running.has(taskId)) await running.get(taskId)?.catch(() => undefined);
    const run = claimAndRun(taskId);
    running.set(taskId, run);
    try {
      await run;
    } finally {
      running.delete(taskId);
    }
  };
}

const overtaken: Settlement = { as: 'overtaken', dueAt: null };

/** Null: another process holds the task by now. */
async function runHeldTask(deps: TaskRunnerDeps, task: HeldTask): Promise<Ending | null> {
  const log = deps.log.child({ task: task.kind, key: task.key });
  const kind = deps.kinds.get(task.kind);
  try {
    if (kind === undefined) throw unknownKind(task.kind);
    if (isPoison(task.deaths)) {
      throw new BugError(`${task.deaths} processes in a row died while they ran it`);
    }
    const payload = kind.payload.safeParse(task.payload);
    if (!payload.success) throw new BugError(`its payload is wrong: ${payload.error.message}`);
    const outcome = await runWithin(deps, task, log, kind, payload.data);
    return outcome.state === 'done' ? { as: 'done' } : { as: 'again', at: outcome.at };
  } catch (error) {
    const decision = decideFault(error, task.faults, kind?.maxFaults ?? UNKNOWN_KIND_FAULTS);
    if (decision.do === 'drop') {
      log.info('the task is held by another process; this run is dropped');
      return null;
    }
    if (deps.signal.aborted) return { as: 'released' };
    if (decision.do === 'give_up') {
      log.error({ err: error }, 'the task failed for good');
      return { as: 'failed', error: decision.error, code: decision.code };
    }
    const at = new Date(deps.clock.now().getTime() + decision.delayMs);
    log.warn({ error: decision.error, at, faults: task.faults + 1 }, 'the task is tried again later');
    return { as: 'fault', at, error: decision.error };
  }
}

/**
 * While replicas are replaced one by one, an older one meets tasks that only newer ones know: it leaves them to those
 * for half an hour before they count as lost.
 */
const UNKNOWN_KIND_FAULTS = 12;

function unknownKind(kind: string): AppError {
  return new AppError('internal', `no task kind ${kind} is registered in this process`, { retryable: true });
}

/**
 * A run that hangs in a process that lives would hold its task and one of our few hands for ever, and nobody would be
 * told. It is left alone after its limit: a fault like any other, and what it may still write the guard refuses.
 */
async function runWithin(
  deps: TaskRunnerDeps,
  task: HeldTask,
  log: Log,
  kind: TaskKind<unknown>,
  payload: unknown,
): Promise<TaskOutcome> {
  const limitMs = kind.limitMs ?? RUN_LIMIT_MS;
  const late = new AbortController();
  const signal = AbortSignal.any([deps.signal, late.signal]);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `it did not end within ${Math.round(limitMs / 1000)} s`;
      reject(new AppError('internal', message, { retryable: true }));
      late.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([kind.run(contextOf(deps, task, log, signal), payload), limit]);
  } finally {
    clearTimeout(timer);
  }
}

function contextOf(deps: TaskRunnerDeps, task: HeldTask, log: Log, signal: AbortSignal): TaskContext {
  return {
    taskId: task.id,
    key: task.key,
    faults: task.faults,
    clock: deps.clock,
    log,
    signal,
    guard: (tx) => lockHeldTask(tx, task),
  };
}

/**
 * The work is done and this process is its holder: until that is written nobody else may touch the task, so a
 * database that fails for a moment must not end it. Null when the process stops first; then others take it over.
 */
async function settleUntilWritten(
  deps: TaskRunnerDeps,
  task: HeldTask,
  ending: Ending,
): Promise<Settlement | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await settleTask(deps.pool, task, ending, deps.clock.now(), deps.onFailed);
    } catch (error) {
      if (deps.signal.aborted && tries >= 2) return null;
      deps.log.error({ key: task.key, error: describeError(error) }, 'how a task ended could not be written');
      await sleep(Math.min(200 * 2 ** tries, 5_000));
    }
  }
}
