import { resolveAlert } from '../alerts/resolve-alert.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { AppError, assert, describeError, SlackRefusedError } from '../errors.ts';
import type { TaskContext, TaskOutcome } from '../jobs/types.ts';
import type { CardRow } from './card-row.ts';
import { assertNotStalled, DONE, mustChange, nothingWasDone, type CardDeps } from './deps.ts';
import type { FileRow } from './file-row.ts';
import {
  markFileCompleted,
  markFileCompleting,
  markFileNotShared,
  markFileWanted,
  noteFileError,
} from './file-store.ts';
import { fileSubject } from './file-subject.ts';
import { assertOursAlone, rootTs } from './find-place.ts';

/** Words for a file that Slack does not have (any more): it is uploaded anew. */
const FILE_IS_GONE = new Set(['file_not_found', 'file_deleted', 'invalid_file_id']);

/** Shares an uploaded file in the card's thread. A fault whose outcome is unknown leaves it completing. */
export async function shareFile(
  deps: CardDeps,
  context: TaskContext,
  card: CardRow,
  file: FileRow & { title: string },
): Promise<TaskOutcome> {
  const threadTs = await rootTs(deps, card);
  assert(card.channelId !== null && threadTs !== null, `card ${card.id} has no thread`);
  assert(file.slackFileId !== null, `file ${file.name} has no id`);
  await assertOursAlone(deps, card.channelId);
  const markedAtMs = performance.now();
  const now = context.clock.now();
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    mustChange(await markFileCompleting(tx, { ...file, now }), `file ${file.name}`);
  });
  try {
    assertNotStalled(markedAtMs);
    await deps.slack.completeUpload({
      fileId: file.slackFileId,
      title: file.title,
      channelId: card.channelId,
      threadTs,
    });
  } catch (error) {
    throw await noteFault(deps, context, file, error);
  }
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    await completeFile(tx, context.clock.now(), file);
  });
  return DONE;
}

/** The file stands in the thread, and the alert that it did not is over. */
export async function completeFile(tx: Tx, now: Date, file: FileRow): Promise<void> {
  mustChange(await markFileCompleted(tx, { ...file, now }), `file ${file.name}`);
  if (file.lastError === null) return;
  await resolveAlert(tx, now, { kind: 'file_failed', subject: fileSubject(file.cardId, file.name) });
}

async function noteFault(
  deps: CardDeps,
  context: TaskContext,
  file: FileRow,
  error: unknown,
): Promise<unknown> {
  const gone = error instanceof SlackRefusedError && FILE_IS_GONE.has(error.slackError);
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const line = describeError(error);
    if (gone) await markFileWanted(tx, file, line);
    else if (nothingWasDone(error)) await markFileNotShared(tx, file, line);
    else await noteFileError(tx, file, line);
  });
  if (!gone) return error;
  return new AppError('slack_refused', `${describeError(error)}; it is uploaded anew`, {
    retryable: true,
    cause: error,
  });
}
