import { createHash } from 'node:crypto';
import { z } from 'zod';
import { withTransaction, type Tx } from '../database/pool.ts';
import { describeError, SlackRefusedError } from '../errors.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { loadCard, type CardRow } from './card-row.ts';
import { again, DONE, mustChange, type CardDeps } from './deps.ts';
import { drawCard } from './draw-card.ts';
import { loadFile, type FileRow } from './file-row.ts';
import {
  holdFile,
  markFileFailed,
  markFileStarted,
  markFileUploaded,
  markFileWanted,
  reviveFile,
} from './file-store.ts';
import { heedCircuit } from './heed-circuit.ts';
import { settleFile } from './settle-file.ts';
import { shareFile } from './share-file.ts';

const payload = z.object({ cardId: z.uuid(), name: z.string().min(1), title: z.string() });
type FileTask = z.infer<typeof payload>;
const MOST_FAULTS = 60;

/** The task that puts one file into a card's thread, once. */
export function makeFileTask(deps: CardDeps): TaskKind<FileTask> {
  return {
    kind: 'card_file',
    payload,
    maxFaults: MOST_FAULTS,
    run: (context, task) => putFile(deps, context, task),
  };
}

async function putFile(deps: CardDeps, context: TaskContext, task: FileTask): Promise<TaskOutcome> {
  const card = await loadCard(deps.pool, task.cardId);
  const file = await loadFile(deps.pool, task.cardId, task.name);
  // A card that does not stand now asks for its files again when it does.
  if (card === undefined || file === undefined || card.ts === null) return DONE;
  const hold = (tx: Tx, now: Date) => holdFile(tx, { ...task, now });
  try {
    return await heedCircuit(deps, context, hold, () =>
      step(deps, context, card, { ...file, title: task.title }),
    );
  } catch (error) {
    if (!(error instanceof SlackRefusedError) || error.slackError !== 'unknown_method') throw error;
    deps.log.warn(
      { card: card.id, file: file.name },
      'this server takes no files: the card stands without it',
    );
    await guarded(deps, context, (tx) => markFileFailed(tx, file, describeError(error)));
    return DONE;
  }
}

/** Slack has the file's bytes before anybody sees it; only the call that shares it can happen twice. */
async function step(
  deps: CardDeps,
  context: TaskContext,
  card: CardRow,
  file: FileRow & { title: string },
): Promise<TaskOutcome> {
  switch (file.state) {
    case 'completed':
      return DONE;
    case 'failed':
      await guarded(deps, context, (tx) => reviveFile(tx, file));
      return again(context.clock.now());
    case 'completing':
      return await settleFile(deps, context, card, file);
    case 'started':
      // Whether its bytes arrived is unknown; what is not completed is never seen, so it begins anew.
      await guarded(deps, context, (tx) => markFileWanted(tx, file, null));
      return await upload(deps, context, card, file);
    case 'wanted':
      return await upload(deps, context, card, file);
    case 'uploaded':
      return await shareFile(deps, context, card, file);
  }
}

async function upload(
  deps: CardDeps,
  context: TaskContext,
  card: CardRow,
  file: FileRow,
): Promise<TaskOutcome> {
  const drawn = await drawCard(deps, card);
  const source = drawn?.files.find((candidate) => candidate.name === file.name);
  if (source === undefined) return DONE;
  const content = await source.content();
  const target = await deps.slack.startUpload({ filename: file.name, bytes: content.byteLength });
  await guarded(deps, context, async (tx) => {
    const started = {
      ...file,
      slackFileId: target.fileId,
      uploadUrl: target.uploadUrl,
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    mustChange(await markFileStarted(tx, started), `file ${file.name}`);
  });
  try {
    await deps.slack.uploadBytes({ uploadUrl: target.uploadUrl, filename: file.name, content });
  } catch (error) {
    await guarded(deps, context, (tx) => markFileWanted(tx, file, describeError(error)));
    throw error;
  }
  await guarded(deps, context, async (tx) => {
    mustChange(await markFileUploaded(tx, file), `file ${file.name}`);
  });
  return again(context.clock.now());
}

async function guarded(deps: CardDeps, context: TaskContext, work: (tx: Tx) => Promise<void>): Promise<void> {
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    await work(tx);
  });
}
