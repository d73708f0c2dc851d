import { raiseAlert } from '../alerts/raise-alert.ts';
import { ALERT_CARD } from '../alerts/types.ts';
import type { Tx } from '../database/pool.ts';
import type { TaskFailure } from '../jobs/types.ts';
import { loadCard } from './card-row.ts';
import { markCardFailed } from './card-store.ts';
import { markFileFailed } from './file-store.ts';
import { fileSubject } from './file-subject.ts';
import type { CardKind } from './types.ts';

/**
 * In the transaction that gives a task up: marks its card or file as failed and raises the alert; an alert whose own
 * card fails raises none, since that would fail in the same way. False when the task is neither of the two.
 */
export async function failCard(
  tx: Tx,
  failure: TaskFailure,
  kinds: ReadonlyMap<string, CardKind<unknown>>,
): Promise<boolean> {
  const payload = failure.payload as { cardId?: unknown; name?: unknown } | null;
  const cardId = payload?.cardId;
  if (typeof cardId !== 'string') return false;
  if (failure.kind === 'card') {
    await failWholeCard(tx, failure, cardId, kinds);
    return true;
  }
  if (failure.kind === 'card_file' && typeof payload?.name === 'string') {
    await failFile(tx, failure, cardId, payload.name);
    return true;
  }
  return false;
}

async function failWholeCard(
  tx: Tx,
  failure: TaskFailure,
  cardId: string,
  kinds: ReadonlyMap<string, CardKind<unknown>>,
): Promise<void> {
  const card = await markCardFailed(tx, cardId, failure.error);
  if (card === undefined || card.kind === ALERT_CARD) return;
  const isTold = await kinds.get(card.kind)?.onFailed?.(tx, failure.at, card, failure.error);
  if (isTold === true) return;
  await raiseAlert(tx, failure.at, {
    kind: 'card_failed',
    subject: { kind: 'card', id: cardId },
    severity: 'sev2',
    args: { card: card.kind, channel: card.channel, error: failure.error },
    actor: `job:${failure.kind}`,
  });
}

async function failFile(tx: Tx, failure: TaskFailure, cardId: string, name: string): Promise<void> {
  await markFileFailed(tx, { cardId, name }, failure.error);
  const card = await loadCard(tx, cardId);
  if (card === undefined || card.kind === ALERT_CARD) return;
  await raiseAlert(tx, failure.at, {
    kind: 'file_failed',
    subject: fileSubject(cardId, name),
    severity: 'sev2',
    args: { card: card.kind, channel: card.channel, file: name, error: failure.error },
    actor: `job:${failure.kind}`,
  });
}
