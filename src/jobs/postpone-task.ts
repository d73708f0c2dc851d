import type { Tx } from '../database/pool.ts';

/**
 * Lets a pending task come later: for whoever has done in one go what it would have come for. One that runs, or that a
 * fault holds back, is left alone.
 */
export async function postponeTask(tx: Tx, key: string, dueAt: Date): Promise<void> {
  await tx.query(
    `update tasks set due_at = greatest(due_at, $2) where key = $1 and state = 'pending' and last_error is null`,
    [key, dueAt],
  );
}
