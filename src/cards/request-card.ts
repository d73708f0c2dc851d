import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type CardId, type Subject } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Locale } from '../texts.ts';

export interface CardRequest {
  kind: string;
  subject: Subject;
  /** A channel's name by policy, or a Slack id. */
  channel: string;
  /** The language where `channel` is a Slack id; a channel of the policy has its own. English unless told. */
  locale?: Locale;
  /** Not posted before this moment; the latest one asked for counts. At once unless told. */
  notBefore?: Date;
  /** The card in whose thread it stands. */
  threadCardId?: CardId;
}

/**
 * Asks, inside the transaction that changes the subject, that its card shows it: posted once, rewritten ever after.
 * Locks the task before the card, as the job does. Gives the card's id.
 */
export async function requestCard(tx: Tx, now: Date, request: CardRequest): Promise<CardId> {
  const created = await insertCard(tx, now, request);
  const cardId = created ?? (await findCard(tx, request));
  assert(cardId !== undefined, `the ${request.kind} card is neither there nor new`);
  const dueAt = request.notBefore !== undefined && request.notBefore > now ? request.notBefore : now;
  await enqueueCard(tx, now, cardId, dueAt);
  if (created === undefined) await raiseWanted(tx, cardId, request.notBefore ?? null, request.locale ?? null);
  return cardId;
}

/** Asks that every card of this kind and subject shows it anew; nothing happens when there is none. */
export async function refreshCards(tx: Tx, now: Date, of: { kind: string; subject: Subject }): Promise<void> {
  for (const cardId of await listCards(tx, of)) {
    await enqueueCard(tx, now, cardId, now);
    await raiseWanted(tx, cardId, null, null);
  }
}

/** Makes the card's task due; one live task a card makes one writer. */
export async function enqueueCard(tx: Tx, now: Date, cardId: string, dueAt: Date): Promise<void> {
  await enqueueTask(tx, now, { kind: 'card', key: `card:${cardId}`, payload: { cardId }, dueAt });
}

async function insertCard(tx: Tx, now: Date, request: CardRequest): Promise<CardId | undefined> {
  const { rows } = await tx.query<{ id: CardId }>(
    `insert into cards (id, kind, subject_kind, subject_id, channel, thread_card_id, locale, state, not_before, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'wanted', $8, $9)
     on conflict (kind, subject_kind, subject_id, channel) do nothing
     returning id`,
    [
      newId<CardId>(),
      request.kind,
      request.subject.kind,
      request.subject.id,
      request.channel,
      request.threadCardId ?? null,
      request.locale ?? 'en',
      request.notBefore ?? now,
      now,
    ],
  );
  return rows[0]?.id;
}

async function findCard(tx: Tx, request: CardRequest): Promise<CardId | undefined> {
  const { rows } = await tx.query<{ id: CardId }>(
    `select id from cards where kind = $1 and subject_kind = $2 and subject_id = $3 and channel = $4`,
    [request.kind, request.subject.kind, request.subject.id, request.channel],
  );
  return rows[0]?.id;
}

async function listCards(tx: Tx, of: { kind: string; subject: Subject }): Promise<CardId[]> {
  const { rows } = await tx.query<{ id: CardId }>(
    `select id from cards where kind = $1 and subject_kind = $2 and subject_id = $3 order by id`,
    [of.kind, of.subject.kind, of.subject.id],
  );
  return rows.map((row) => row.id);
}

async function raiseWanted(
  tx: Tx,
  cardId: CardId,
  notBefore: Date | null,
  locale: Locale | null,
): Promise<void> {
  await tx.query(
    `update cards set wanted_version = wanted_version + 1, not_before = greatest(not_before, $2),
       locale = coalesce($3, locale)
     where id = $1`,
    [cardId, notBefore, locale],
  );
}
