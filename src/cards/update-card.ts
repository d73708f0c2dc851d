import { withTransaction } from '../database/pool.ts';
import { assert, describeError, SlackRefusedError } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import { afterShow } from './after-show.ts';
import { UPDATE_BUDGET, type PermitDecision } from './budget-rules.ts';
import type { CardRow } from './card-row.ts';
import { markMoved, markUnchanged, markUpdated, markUpdating, noteCardError } from './card-store.ts';
import { again, assertNotStalled, DONE, mustChange, type CardDeps } from './deps.ts';
import type { DrawnCard } from './draw-card.ts';
import { assertOursAlone } from './find-place.ts';
import { cardMetadata } from './rules.ts';
import { takePermit } from './take-permit.ts';

/** https://docs.slack.dev/reference/methods/chat.update: the message will never be edited again. */
const CANNOT_BE_EDITED = new Set(['edit_window_closed', 'cant_update_message', 'message_not_found']);

/**
 * Rewrites a posted card, if what it would show differs from what it shows. Sending the same rendering twice is
 * harmless, so a fault of any kind is met by trying again; only what Slack shows is unknown meanwhile.
 */
export async function updateCard(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  drawn: DrawnCard,
): Promise<TaskOutcome> {
  if (drawn.hash === row.contentHash) {
    await finish(deps, context, row, drawn, 'unchanged');
    return DONE;
  }
  assert(row.channelId !== null && row.ts !== null, `card ${row.id} is posted nowhere`);
  const place = { channelId: row.channelId, ts: row.ts };
  await assertOursAlone(deps, place.channelId);
  const markedAtMs = performance.now();
  const permit = await beginUpdate(deps, context, row);
  if (!permit.granted) return again(permit.at);
  try {
    assertNotStalled(markedAtMs);
    await deps.slack.updateMessage({
      ...place,
      content: drawn.content,
      metadata: cardMetadata(row.id),
    });
  } catch (error) {
    if (error instanceof SlackRefusedError && CANNOT_BE_EDITED.has(error.slackError)) {
      return await move(deps, context, row, error.slackError);
    }
    await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      await noteCardError(tx, row.id, describeError(error));
    });
    throw error;
  }
  await finish(deps, context, row, drawn, 'updated');
  return DONE;
}

async function beginUpdate(deps: CardDeps, context: TaskContext, row: CardRow): Promise<PermitDecision> {
  return await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const permit = await takePermit(tx, context.clock.now(), UPDATE_BUDGET, row);
    if (permit.granted) mustChange(await markUpdating(tx, row.id), `card ${row.id}`);
    return permit;
  });
}

async function move(deps: CardDeps, context: TaskContext, row: CardRow, why: string): Promise<TaskOutcome> {
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    mustChange(await markMoved(tx, row.id), `card ${row.id}`);
  });
  deps.log.info({ card: row.id, why }, 'the card is posted anew');
  return again(context.clock.now());
}

async function finish(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  drawn: DrawnCard,
  how: 'updated' | 'unchanged',
): Promise<void> {
  const now = context.clock.now();
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    if (how === 'unchanged') await markUnchanged(tx, row.id, row.wantedVersion);
    else {
      const update = { cardId: row.id, hash: drawn.hash, version: row.wantedVersion, now };
      mustChange(await markUpdated(tx, update), `card ${row.id}`);
    }
    await afterShow(tx, now, row, drawn.files);
  });
}
