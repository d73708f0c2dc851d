import { withTransaction, type Tx } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import { again, type CardDeps } from './deps.ts';

/**
 * Runs what a card's task does unless Slack is known to be out of reach: then it waits, which is no fault. `hold`
 * marks the row as waiting, so that it takes its turn when Slack is back.
 */
export async function heedCircuit(
  deps: CardDeps,
  context: TaskContext,
  hold: (tx: Tx, now: Date) => Promise<void>,
  run: () => Promise<TaskOutcome>,
): Promise<TaskOutcome> {
  const now = context.clock.now();
  const waitUntil = async () => (await deps.waitUntil?.()) ?? null;
  const holdNow = () =>
    withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      await hold(tx, now);
    });
  if ((await waitUntil()) !== null) {
    await holdNow();
    // A recovery between the first look and the mark has released everybody but this one.
    return again((await waitUntil()) ?? now);
  }
  try {
    return await run();
  } catch (error) {
    if (error instanceof AppError && error.code === 'slack_unavailable') await holdNow();
    throw error;
  }
}
