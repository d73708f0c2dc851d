import { resolveAlert } from '../alerts/resolve-alert.ts';
import type { Tx } from '../database/pool.ts';
import type { CardRow } from './card-row.ts';
import { listWaitingReplies } from './card-store.ts';
import type { CardFile } from './types.ts';
import { requestFiles } from './request-files.ts';
import { enqueueCard } from './request-card.ts';

/** What follows, in the same transaction, when Slack shows the card: its files, its thread, the end of its alert. */
export async function afterShow(tx: Tx, now: Date, row: CardRow, files: readonly CardFile[]): Promise<void> {
  await requestFiles(tx, now, row.id, files);
  for (const replyId of await listWaitingReplies(tx, row.id)) await enqueueCard(tx, now, replyId, now);
  if (row.lastError === null) return;
  await resolveAlert(tx, now, { kind: 'card_failed', subject: { kind: 'card', id: row.id } });
}
