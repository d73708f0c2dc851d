import { AppError, assert } from '../errors.ts';
import { loadCard, type CardRow } from './card-row.ts';
import type { CardDeps } from './deps.ts';

/** How long to wait for the card in whose thread this one stands; it also wakes us when it is posted. */
const WAIT_FOR_THREAD_MS = 60_000;

export type Place =
  | { state: 'ready'; channelId: string; threadTs: string | null }
  | { state: 'wait'; at: Date };

/** Where the card is to stand. */
export async function findPlace(deps: CardDeps, row: CardRow, now: Date): Promise<Place> {
  const thread = row.threadCardId === null ? null : await loadThread(deps, row.threadCardId);
  if (thread !== null && thread.ts === null) {
    const at = Math.max(now.getTime() + WAIT_FOR_THREAD_MS, thread.notBefore.getTime());
    return { state: 'wait', at: new Date(at) };
  }
  const name = deps.channelOf(row.channel)?.slack ?? row.channel;
  const channelId = thread?.channelId ?? (await deps.slack.channelId(name));
  await assertOursAlone(deps, channelId);
  return { state: 'ready', channelId, threadTs: thread?.ts ?? null };
}

/** Refuses a channel that another organisation reads, also one that was shared after the card was posted. */
export async function assertOursAlone(deps: CardDeps, channelId: string): Promise<void> {
  if (!(await deps.slack.isExternallyShared(channelId))) return;
  throw new AppError('slack_refused', `the channel ${channelId} is shared with another organisation`, {
    retryable: false,
  });
}

/** The ts of the thread's first message: the card's own, or that of the card it answers. Null while not posted. */
export async function rootTs(deps: CardDeps, row: CardRow): Promise<string | null> {
  return row.threadCardId === null ? row.ts : (await loadThread(deps, row.threadCardId)).ts;
}

async function loadThread(deps: CardDeps, cardId: string): Promise<CardRow> {
  const thread = await loadCard(deps.pool, cardId);
  assert(thread !== undefined, `the thread's card ${cardId} is missing`);
  if (thread.state === 'failed' && thread.ts === null) {
    throw new AppError('not_found', `the card ${cardId} in whose thread it stands has failed`, {
      retryable: false,
    });
  }
  return thread;
}
