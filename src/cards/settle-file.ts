import { withTransaction } from '../database/pool.ts';
import { assert, SlackRefusedError } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import type { SeenMessage } from '../ports.ts';
import type { CardRow } from './card-row.ts';
import { again, DONE, mustChange, type CardDeps } from './deps.ts';
import type { FileRow } from './file-row.ts';
import { countFileLook, markFileNotShared } from './file-store.ts';
import { rootTs } from './find-place.ts';
import { decideAfterLook, hasOwnFile, nextLookAt, oldestTs } from './rules.ts';
import { completeFile } from './share-file.ts';

/**
 * Finds out whether a file was shared whose reply was lost: waits, looks twice in the thread for the file's id, and
 * only then lets it be shared again. A look that fails proves nothing.
 */
export async function settleFile(
  deps: CardDeps,
  context: TaskContext,
  card: CardRow,
  file: FileRow,
): Promise<TaskOutcome> {
  assert(file.completingAt !== null, `file ${file.name} is completing since never`);
  const sending = { sentAt: file.completingAt, looks: file.looks, lookedAt: file.lookedAt };
  const lookAt = nextLookAt(sending, deps.callLimitMs);
  if (lookAt > context.clock.now()) return again(lookAt);

  const found = await look(deps, card, file, file.completingAt);
  const now = context.clock.now();
  const decision = decideAfterLook(file.looks);
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    if (found) return await completeFile(tx, now, file);
    const changed =
      decision === 'send_again'
        ? await markFileNotShared(tx, file, null)
        : await countFileLook(tx, { ...file, looks: file.looks + 1, now });
    mustChange(changed, `file ${file.name}`);
  });
  deps.log.info({ card: card.id, file: file.name, found }, 'looked for a file in doubt');
  if (found) return DONE;
  if (decision === 'send_again') return again(now);
  return again(nextLookAt({ ...sending, lookedAt: now }, deps.callLimitMs));
}

async function look(deps: CardDeps, card: CardRow, file: FileRow, sentAt: Date): Promise<boolean> {
  const { channelId, previousChannelId, previousTs } = card;
  const { botId, botUserId } = await deps.slack.identity();
  const threadTs = await rootTs(deps, card);
  assert(channelId !== null && threadTs !== null, `card ${card.id} has no thread`);
  assert(file.slackFileId !== null, `file ${file.name} has no id`);
  const oldest = oldestTs(sentAt);
  const seen = await deps.slack.messagesSince({ channelId, threadTs, oldestTs: oldest });
  // It may have been shared where the card stood before it was posted anew.
  if (previousChannelId !== null && previousTs !== null) {
    seen.push(...(await readOldThread(deps, previousChannelId, previousTs, oldest)));
  }
  return hasOwnFile(seen, { fileId: file.slackFileId, botId, botUserId });
}

async function readOldThread(
  deps: CardDeps,
  channelId: string,
  threadTs: string,
  oldest: string,
): Promise<SeenMessage[]> {
  try {
    return await deps.slack.messagesSince({ channelId, threadTs, oldestTs: oldest });
  } catch (error) {
    if (error instanceof SlackRefusedError && error.slackError === 'thread_not_found') return [];
    throw error;
  }
}
