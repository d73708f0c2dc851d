import { refreshCards, requestCard } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { CardId, Subject } from '../ids.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD } from '../payouts/types.ts';
import type { Origin } from './thread-origin.ts';
import { insertNotice } from './notice-store.ts';
import {
  APPROVALS_CHANNEL,
  OVERRIDE_CARD,
  OVERRIDE_LINE_CARD,
  OVERRIDE_NOTICE_CARD,
  type NoticeKind,
  type Override,
} from './types.ts';

function subjectOf({ id }: Pick<Override, 'id'>): Subject {
  return { kind: 'override', id };
}

/** Its line in #finance-approvals, and its card: in the thread it was asked from, or else in the line's own. */
export async function openCards(tx: Tx, now: Date, override: Override, origin: Origin | null): Promise<void> {
  const subject = subjectOf(override);
  const line = { kind: OVERRIDE_LINE_CARD, subject, channel: APPROVALS_CHANNEL };
  const lineId = await requestCard(tx, now, line);
  const { cardId, channel } = origin ?? { cardId: lineId, channel: APPROVALS_CHANNEL };
  await requestCard(tx, now, { kind: OVERRIDE_CARD, subject, channel, threadCardId: cardId });
  await refreshOrigin(tx, now, override);
}

/** Its card stands in Slack now: the line and the alert link to it. */
export async function refreshLinks(tx: Tx, now: Date, override: Override): Promise<void> {
  await refreshCards(tx, now, { kind: OVERRIDE_LINE_CARD, subject: subjectOf(override) });
  await refreshOrigin(tx, now, override);
}

/** Asks that whatever shows it shows it anew. */
export async function refreshOverride(tx: Tx, now: Date, override: Override): Promise<void> {
  await refreshOwnCards(tx, now, override);
  await refreshOrigin(tx, now, override);
}

/** Its own messages alone: for whoever locks an operation after that, since the payout's come after operations. */
export async function refreshOwnCards(tx: Tx, now: Date, override: Override): Promise<void> {
  const subject = subjectOf(override);
  await refreshCards(tx, now, { kind: OVERRIDE_CARD, subject });
  await refreshCards(tx, now, { kind: OVERRIDE_LINE_CARD, subject });
}

/** The alert shows where it stands, whether it was asked from there or not. */
async function refreshOrigin(tx: Tx, now: Date, { tenantId, subject, payoutId }: Override): Promise<void> {
  const { rows } = await tx.query<{ id: string; group_id: string | null }>(
    `select id, group_id from payouts
      where $2 = 'transaction' and tenant_id = $1 and transaction_id = $3 and (state = 'open' or id = $4)
      order by id`,
    [tenantId, subject.kind, subject.id, payoutId],
  );
  for (const { id, group_id: groupId } of rows) {
    await refreshCards(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id } });
    if (groupId === null) continue;
    await refreshCards(tx, now, { kind: PAYOUT_GROUP_CARD, subject: { kind: 'payout_group', id: groupId } });
  }
}

/** Says something in its thread, once a version: an edit of the card notifies nobody. */
export async function sayNotice(tx: Tx, now: Date, override: Override, kind: NoticeKind): Promise<void> {
  const { id: overrideId, version } = override;
  const noticeId = await insertNotice(tx, { overrideId, version, kind, at: now });
  if (noticeId === null) return;
  const { rows } = await tx.query<{ channel: string; thread_card_id: CardId | null }>(
    `select channel, thread_card_id from cards where kind = $1 and subject_kind = 'override' and subject_id = $2`,
    [OVERRIDE_CARD, overrideId],
  );
  const [card] = rows;
  assert(card !== undefined, `the override ${overrideId} has no card`);
  assert(card.thread_card_id !== null, `the card of the override ${overrideId} answers none`);
  await requestCard(tx, now, {
    kind: OVERRIDE_NOTICE_CARD,
    subject: { kind: 'override_notice', id: noticeId },
    channel: card.channel,
    threadCardId: card.thread_card_id,
  });
}
