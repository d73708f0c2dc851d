import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { CardFile } from './types.ts';

/** Asks, in the transaction in which the card is shown, for those of its files that its thread does not have yet. */
export async function requestFiles(
  tx: Tx,
  now: Date,
  cardId: string,
  files: readonly CardFile[],
): Promise<void> {
  for (const { name, title } of files) {
    const { rows } = await insertFile(tx, now, cardId, name);
    if (rows[0]?.completed === true) continue;
    const key = `card_file:${cardId}:${name}`;
    await enqueueTask(tx, now, { kind: 'card_file', key, payload: { cardId, name, title }, dueAt: now });
  }
}

async function insertFile(tx: Tx, now: Date, cardId: string, name: string) {
  return await tx.query<{ completed: boolean }>(
    `with added as (
       insert into card_files (card_id, name, state, created_at) values ($1, $2, 'wanted', $3)
       on conflict (card_id, name) do nothing
     )
     select state = 'completed' as completed from card_files where card_id = $1 and name = $2`,
    [cardId, name, now],
  );
}
