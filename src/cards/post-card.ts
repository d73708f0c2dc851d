import { withTransaction } from '../database/pool.ts';
import { describeError } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import { afterShow } from './after-show.ts';
import { postBudget, type PermitDecision } from './budget-rules.ts';
import type { CardRow } from './card-row.ts';
import { markNotPosted, markPosted, markPosting, noteCardError } from './card-store.ts';
import { again, assertNotStalled, DONE, mustChange, nothingWasDone, type CardDeps } from './deps.ts';
import type { DrawnCard } from './draw-card.ts';
import { findPlace, type Place } from './find-place.ts';
import { cardMetadata } from './rules.ts';
import { takePermit } from './take-permit.ts';

/**
 * Posts a wanted card: first the row says "posting", then Slack is called, then the row says "posted". A fault whose
 * outcome is unknown leaves it posting, and settle-post.ts finds out.
 */
export async function postCard(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  drawn: DrawnCard,
): Promise<TaskOutcome> {
  const now = context.clock.now();
  const place = await findPlace(deps, row, now);
  if (place.state === 'wait') return again(place.at);
  const markedAtMs = performance.now();
  const permit = await beginPost(deps, context, row, place.channelId);
  if (!permit.granted) return again(permit.at);
  const posted = await callSlack(deps, context, row, { drawn, place, markedAtMs });
  const postedAt = context.clock.now();
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const marked = await markPosted(tx, {
      cardId: row.id,
      ...posted,
      hash: drawn.hash,
      version: row.wantedVersion,
      now: postedAt,
    });
    mustChange(marked, `card ${row.id}`);
    await afterShow(tx, postedAt, row, drawn.files);
    await deps.kinds.get(row.kind)?.onPosted?.(tx, postedAt, row);
  });
  return DONE;
}

async function beginPost(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  channelId: string,
): Promise<PermitDecision> {
  const now = context.clock.now();
  return await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const permit = await takePermit(tx, now, postBudget(channelId), row);
    if (permit.granted) {
      mustChange(await markPosting(tx, { cardId: row.id, channelId, now }), `card ${row.id}`);
    }
    return permit;
  });
}

async function callSlack(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  post: { drawn: DrawnCard; place: Place & { state: 'ready' }; markedAtMs: number },
): Promise<{ channelId: string; ts: string }> {
  try {
    assertNotStalled(post.markedAtMs);
    return await deps.slack.postMessage({
      channel: post.place.channelId,
      content: post.drawn.content,
      metadata: cardMetadata(row.id),
      ...(post.place.threadTs === null ? {} : { threadTs: post.place.threadTs }),
    });
  } catch (error) {
    await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      if (nothingWasDone(error)) await markNotPosted(tx, row.id, describeError(error));
      else await noteCardError(tx, row.id, describeError(error));
    });
    throw error;
  }
}
