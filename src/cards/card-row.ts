import type { Queryable } from '../database/pool.ts';
import type { CardId, Subject } from '../ids.ts';
import { LOCALES, type Locale } from '../texts.ts';
import type { Card, CardState } from './types.ts';

/** A card as its row stands. */
export interface CardRow extends Card {
  threadCardId: CardId | null;
  state: CardState;
  /** Slack's ids of the message; channelId is known from the moment a post is begun. */
  channelId: string | null;
  ts: string | null;
  previousChannelId: string | null;
  previousTs: string | null;
  notBefore: Date;
  wantedVersion: number;
  renderedVersion: number;
  /** Hash of what Slack shows; null when that is not known for certain. */
  contentHash: string | null;
  /** When the post whose outcome is unknown was begun; null when there is none. */
  postingAt: Date | null;
  looks: number;
  lookedAt: Date | null;
  /** The moment a budget has reserved for its next call. */
  permitAt: Date | null;
  lastError: string | null;
  /** It waited for a Slack out of reach, and stands in a queue now. */
  isReleased: boolean;
}

/** The card's row; undefined when there is none. */
export async function loadCard(db: Queryable, cardId: string): Promise<CardRow | undefined> {
  const { rows } = await db.query<RawCard>(
    `select id, kind, subject_kind, subject_id, channel, thread_card_id, locale, state, channel_id, ts,
       previous_channel_id, previous_ts, not_before, wanted_version, rendered_version, content_hash,
       posting_at, permit_at, lookups, looked_at, last_error, released_at is not null as is_released
     from cards where id = $1`,
    [cardId],
  );
  return rows[0] === undefined ? undefined : toCard(rows[0]);
}

interface RawCard {
  id: CardId;
  kind: string;
  subject_kind: Subject['kind'];
  subject_id: string;
  channel: string;
  thread_card_id: CardId | null;
  locale: string;
  state: CardState;
  channel_id: string | null;
  ts: string | null;
  previous_channel_id: string | null;
  previous_ts: string | null;
  not_before: Date;
  wanted_version: number;
  rendered_version: number;
  content_hash: string | null;
  posting_at: Date | null;
  lookups: number;
  looked_at: Date | null;
  permit_at: Date | null;
  last_error: string | null;
  is_released: boolean;
}

function toCard(row: RawCard): CardRow {
  return {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subject_kind, id: row.subject_id },
    channel: row.channel,
    threadCardId: row.thread_card_id,
    locale: toLocale(row.locale),
    state: row.state,
    channelId: row.channel_id,
    ts: row.ts,
    previousChannelId: row.previous_channel_id,
    previousTs: row.previous_ts,
    notBefore: row.not_before,
    wantedVersion: row.wanted_version,
    renderedVersion: row.rendered_version,
    contentHash: row.content_hash,
    postingAt: row.posting_at,
    looks: row.lookups,
    lookedAt: row.looked_at,
    permitAt: row.permit_at,
    lastError: row.last_error,
    isReleased: row.is_released,
  };
}

function toLocale(text: string): Locale {
  return LOCALES.find((locale) => locale === text) ?? 'en';
}
