import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import type { FaultCode } from '../errors.ts';
import { enqueueTask } from './enqueue-task.ts';
import { addJob } from './queue-store.ts';
import { slotOfKey } from './rules.ts';
import { settleSlot } from './slot-store.ts';
import { settleAgain, settleDone, settleFailed, settleFault, type HeldTask } from './task-store.ts';
import type { SettledAs, TaskFailure } from './types.ts';

/** Called in the transaction that gives a task up. */
export type OnFailed = (tx: Tx, failure: TaskFailure) => Promise<void>;

/** How a run ended, decided; what is left is to write it down. Moments are on our Clock. */
export type Ending =
  | { as: 'done' }
  | { as: 'again'; at: Date }
  | { as: 'fault'; at: Date; error: string }
  | { as: 'failed'; error: string; code: FaultCode }
  /** The process stops and the work gave up for that: due again at once, no fault. */
  | { as: 'released' };

export interface Settlement {
  as: SettledAs;
  /** When it is due again, if it is. */
  dueAt: Date | null;
}

/** Writes down how a run ended, in one transaction; nothing when another process holds the task by now. */
export async function settleTask(
  pool: Pool,
  task: HeldTask,
  ending: Ending,
  now: Date,
  onFailed: OnFailed,
): Promise<Settlement> {
  return await withTransaction(pool, async (tx) => {
    const settled = await writeEnding(tx, task, ending, now);
    if (settled === undefined) return { as: 'overtaken', dueAt: null };
    if (settled.state === 'pending') {
      if (settled.due_at <= now) await addJob(tx, task.id);
      return { as: ending.as, dueAt: settled.due_at };
    }
    const slot = slotOfKey(task.key);
    if (slot !== null) await settleSlot(tx, slot, settled.state, now);
    if (ending.as !== 'failed') return { as: ending.as, dueAt: null };
    await onFailed(tx, {
      taskId: task.id,
      kind: task.kind,
      key: task.key,
      payload: task.payload,
      error: ending.error,
      code: ending.code,
      at: now,
    });
    if (!settled.asked_again) return { as: 'failed', dueAt: null };
    const { kind, key } = task;
    await enqueueTask(tx, now, { kind, key, payload: settled.payload, dueAt: settled.due_at });
    return { as: 'failed', dueAt: settled.due_at };
  });
}

async function writeEnding(tx: Tx, task: HeldTask, ending: Ending, now: Date) {
  switch (ending.as) {
    case 'done':
      return await settleDone(tx, task, now);
    case 'again':
      return await settleAgain(tx, task, ending.at);
    case 'released':
      return await settleAgain(tx, task, now);
    case 'fault':
      return await settleFault(tx, task, ending.at, ending.error);
    case 'failed':
      return await settleFailed(tx, task, now, ending.error);
  }
}
