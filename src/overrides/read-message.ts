import type { Queryable } from '../database/pool.ts';
import type { MessagePlace } from './models.ts';
import { OVERRIDE_CARD } from './types.ts';

interface Places {
  message: MessagePlace | null;
  /** The one in whose thread it was asked for. */
  origin: MessagePlace | null;
}

/** Where its card stands, and what it answers; null what is not posted yet. */
export async function readPlaces(db: Queryable, overrideId: string): Promise<Places> {
  const { rows } = await db.query<{
    channel_id: string | null;
    ts: string | null;
    root_channel_id: string | null;
    root_ts: string | null;
  }>(
    `select c.channel_id, c.ts, r.channel_id as root_channel_id, r.ts as root_ts
       from cards c left join cards r on r.id = c.thread_card_id
      where c.kind = $1 and c.subject_kind = 'override' and c.subject_id = $2
      order by c.created_at limit 1`,
    [OVERRIDE_CARD, overrideId],
  );
  const row = rows[0];
  if (row === undefined) return { message: null, origin: null };
  const placeOf = (channelId: string | null, ts: string | null, threadTs: string | null) =>
    channelId === null || ts === null ? null : { channelId, ts, threadTs };
  return {
    message: placeOf(row.channel_id, row.ts, row.root_ts),
    origin: placeOf(row.root_channel_id, row.root_ts, null),
  };
}

export async function readMessage(db: Queryable, overrideId: string): Promise<MessagePlace | null> {
  return (await readPlaces(db, overrideId)).message;
}
