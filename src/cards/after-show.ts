import { resolveAlert } from '../alerts/resolve-alert.ts';
import type { Tx } from '../database/pool.ts';
import type { CardRow } from './card-row.ts';
import { listWaitingReplies } from './card-store.ts';
import type { CardFile } from './types.ts';
import { requestFiles } from './request-files.ts';
import { enqueueCard } from './request-card.ts';

/** As fast as Slack takes messages in a channel: due at once they would overtake one another. */
const REPLIES_APART_MS = 1000;

/** What follows, in the same transaction, when Slack shows the card: its files, its thread, the end of its alert. */
export async function afterShow(tx: Tx, now: Date, row: CardRow, files: readonly CardFile[]): Promise<void> {
  await requestFiles(tx, now, row.id, files);
  const replies = await listWaitingReplies(tx, row.id);
  for (const [index, replyId] of replies.entries()) {
    await enqueueCard(tx, now, replyId, new Date(now.getTime() + index * REPLIES_APART_MS));
  }
  if (row.lastError === null) return;
  await resolveAlert(tx, now, { kind: 'card_failed', subject: { kind: 'card', id: row.id } });
}
