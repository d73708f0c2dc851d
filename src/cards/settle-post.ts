import { withTransaction } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import type { SeenMessage } from '../ports.ts';
import type { CardRow } from './card-row.ts';
import { countLook, markNotPosted, markPosted } from './card-store.ts';
import { again, mustChange, type CardDeps } from './deps.ts';
import { rootTs } from './find-place.ts';
import { decideAfterLook, findOwnPost, nextLookAt, oldestTs } from './rules.ts';

/**
 * Finds out whether a post arrived whose outcome is unknown (a lost reply, a killed process): waits until nothing of
 * it can arrive any more, looks twice, adopts the message or lets the card be posted again. A look that fails is a
 * fault and proves nothing: nothing is posted meanwhile.
 */
export async function settlePost(deps: CardDeps, context: TaskContext, row: CardRow): Promise<TaskOutcome> {
  assert(row.postingAt !== null && row.channelId !== null, `card ${row.id} is posting since never`);
  const sending = { sentAt: row.postingAt, looks: row.looks, lookedAt: row.lookedAt };
  const lookAt = nextLookAt(sending, deps.callLimitMs);
  if (lookAt > context.clock.now()) return again(lookAt);

  const found = await look(deps, row, row.channelId, row.postingAt);
  const now = context.clock.now();
  if (found !== undefined) {
    await adopt(deps, context, row, { channelId: row.channelId, ts: found.ts, now });
    return again(now);
  }
  const decision = decideAfterLook(row.looks);
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const changed =
      decision === 'send_again'
        ? await markNotPosted(tx, row.id, null)
        : await countLook(tx, { cardId: row.id, looks: row.looks + 1, now });
    mustChange(changed, `card ${row.id}`);
  });
  deps.log.info({ card: row.id, looks: row.looks + 1 }, 'a post in doubt was not found');
  if (decision === 'send_again') return again(now);
  return again(nextLookAt({ ...sending, lookedAt: now }, deps.callLimitMs));
}

async function look(
  deps: CardDeps,
  row: CardRow,
  channelId: string,
  sentAt: Date,
): Promise<SeenMessage | undefined> {
  const { botId } = await deps.slack.identity();
  const threadTs = row.threadCardId === null ? null : await rootTs(deps, row);
  const seen = await deps.slack.messagesSince({
    channelId,
    ...(threadTs === null ? {} : { threadTs }),
    oldestTs: oldestTs(sentAt),
  });
  return findOwnPost(seen, { cardId: row.id, botId, afterTs: row.previousTs });
}

/** The message is the card's. What it shows is not known, so it is rewritten in the next run. */
async function adopt(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  message: { channelId: string; ts: string; now: Date },
): Promise<void> {
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const marked = await markPosted(tx, {
      cardId: row.id,
      ...message,
      hash: null,
      version: row.renderedVersion,
    });
    mustChange(marked, `card ${row.id}`);
    await deps.kinds.get(row.kind)?.onPosted?.(tx, message.now, row);
  });
  deps.log.info({ card: row.id, ts: message.ts }, 'a post in doubt was found and adopted');
}
