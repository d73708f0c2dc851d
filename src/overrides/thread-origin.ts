import type { Queryable } from '../database/pool.ts';
import type { CardId } from '../ids.ts';

/** The message that begins the thread. */
export interface Origin {
  cardId: CardId;
  channel: string;
}

/**
 * The message in whose thread a request stands: that of the card it was asked from, or the one which that card answers.
 * Null where it stands in no channel: nobody else reads a direct message.
 */
export async function threadOrigin(db: Queryable, cardId: CardId | null): Promise<Origin | null> {
  if (cardId === null) return null;
  const { rows } = await db.query<Origin>(
    `select root.id as "cardId", root.channel
       from cards c join cards root on root.id = coalesce(c.thread_card_id, c.id)
      where c.id = $1 and root.ts is not null and root.channel_id ~ '^[CG]'`,
    [cardId],
  );
  return rows[0] ?? null;
}
