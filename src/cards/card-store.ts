import type { Queryable } from '../database/pool.ts';
import type { Subject } from '../ids.ts';

// Every statement moves a card from a state it must be in; false says that it wasn't, and that nothing was changed.

/** A card that failed is asked for again: it goes on where what is known of it allows, and a post in doubt stays one. */
export async function reviveCard(db: Queryable, cardId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set state = case
         when ts is not null then 'posted' when posting_at is not null then 'posting' else 'wanted' end
     where id = $1 and state = 'failed'`,
    [cardId],
  );
  return rowCount === 1;
}

/** From here on the card may stand in Slack without our knowing. */
export async function markPosting(
  db: Queryable,
  post: { cardId: string; channelId: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set state = 'posting', channel_id = $2, posting_at = $3, lookups = 0, looked_at = null
     where id = $1 and state = 'wanted'`,
    [post.cardId, post.channelId, post.now],
  );
  return rowCount === 1;
}

/** Nothing was posted, for certain. */
export async function markNotPosted(db: Queryable, cardId: string, error: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set state = 'wanted', posting_at = null, lookups = 0, looked_at = null,
       last_error = coalesce($2, last_error)
     where id = $1 and state = 'posting'`,
    [cardId, error],
  );
  return rowCount === 1;
}

/** It stands in Slack; `hash` is null when it was found there and what it shows is not known. */
export async function markPosted(
  db: Queryable,
  post: {
    cardId: string;
    channelId: string;
    ts: string;
    hash: string | null;
    version: number;
    now: Date;
  },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set state = 'posted', channel_id = $2, ts = $3, content_hash = $4, rendered_version = $5,
       posted_at = $6, posting_at = null, lookups = 0, looked_at = null, held_at = null,
       last_error = case when $4::text is null then last_error end
     where id = $1 and state = 'posting'`,
    [post.cardId, post.channelId, post.ts, post.hash, post.version, post.now],
  );
  return rowCount === 1;
}

/** One look more that found nothing. */
export async function countLook(
  db: Queryable,
  look: { cardId: string; looks: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set lookups = $2, looked_at = $3 where id = $1 and state = 'posting'`,
    [look.cardId, look.looks, look.now],
  );
  return rowCount === 1;
}

/** From here on what Slack shows is the old rendering or the new one. */
export async function markUpdating(db: Queryable, cardId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set content_hash = null where id = $1 and state = 'posted'`,
    [cardId],
  );
  return rowCount === 1;
}

/** Slack shows this rendering. */
export async function markUpdated(
  db: Queryable,
  update: { cardId: string; hash: string; version: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set content_hash = $2, rendered_version = $3, updated_at = $4, last_error = null,
       held_at = null
     where id = $1 and state = 'posted'`,
    [update.cardId, update.hash, update.version, update.now],
  );
  return rowCount === 1;
}

/** Nothing had to be sent for this version. */
export async function markUnchanged(db: Queryable, cardId: string, version: number): Promise<void> {
  await db.query(`update cards set rendered_version = $2, last_error = null, held_at = null where id = $1`, [
    cardId,
    version,
  ]);
}

/** The message cannot be edited any more: the card is posted anew and keeps where it stood. */
export async function markMoved(db: Queryable, cardId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update cards set state = 'wanted', previous_channel_id = channel_id, previous_ts = ts, ts = null,
       content_hash = null, permit_at = null
     where id = $1 and state = 'posted'`,
    [cardId],
  );
  return rowCount === 1;
}

/** Waits for Slack to answer again, since the first time that it did not. */
export async function holdCard(db: Queryable, cardId: string, now: Date): Promise<void> {
  await db.query(`update cards set held_at = coalesce(held_at, $2) where id = $1`, [cardId, now]);
}

/** What went wrong last; the state stays. */
export async function noteCardError(db: Queryable, cardId: string, error: string): Promise<void> {
  await db.query(`update cards set last_error = $2 where id = $1`, [cardId, error]);
}

/** Given up until somebody asks for it again. */
export async function markCardFailed(
  db: Queryable,
  cardId: string,
  error: string,
): Promise<{ kind: string; channel: string; subject: Subject } | undefined> {
  const { rows } = await db.query<{ kind: string; channel: string; subject: Subject }>(
    `update cards set state = 'failed', last_error = $2, held_at = null where id = $1
     returning kind, channel, jsonb_build_object('kind', subject_kind, 'id', subject_id) as subject`,
    [cardId, error],
  );
  return rows[0];
}

/** Cards that wait for this one to stand, so that they can stand in its thread: in the order they are to stand. */
export async function listWaitingReplies(db: Queryable, cardId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from cards where thread_card_id = $1 and state = 'wanted' order by not_before, created_at, id`,
    [cardId],
  );
  return rows.map((row) => row.id);
}
