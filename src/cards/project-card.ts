import { z } from 'zod';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { decideReserved } from './budget-rules.ts';
import { bearRefusal } from './bear-refusal.ts';
import { loadCard, type CardRow } from './card-row.ts';
import { holdCard, markUnchanged, reviveCard } from './card-store.ts';
import { again, DONE, type CardDeps } from './deps.ts';
import { drawCard } from './draw-card.ts';
import { fallBackToPlain } from './fall-back.ts';
import { heedCircuit } from './heed-circuit.ts';
import { postCard } from './post-card.ts';
import { isBehindOthers } from './release-cards.ts';
import { settlePost } from './settle-post.ts';
import { updateCard } from './update-card.ts';

const payload = z.object({ cardId: z.uuid() });

/** Ten minutes at most between two tries: about eight hours of a silent Slack before the card is given up. */
const MOST_FAULTS = 60;

/** How long somebody waits whose turn has come before that of another is used. */
const BEHIND_MS = 500;

/** The task that makes Slack show what a card's subject is now. */
export function makeCardTask(deps: CardDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: 'card',
    payload,
    maxFaults: MOST_FAULTS,
    run: (context, { cardId }) => projectCard(deps, context, cardId),
  };
}

async function projectCard(deps: CardDeps, context: TaskContext, cardId: string): Promise<TaskOutcome> {
  const row = await loadCard(deps.pool, cardId);
  if (row === undefined) return DONE;
  const hold = (tx: Tx, now: Date) => holdCard(tx, row.id, now);
  const outcome = await heedCircuit(deps, context, hold, () =>
    step(deps, context, row).catch(async (error: unknown) => {
      if (fallBackToPlain(deps, row, error)) return again(context.clock.now());
      throw await bearRefusal(deps, context, row, error);
    }),
  );
  return outcome.state === 'done' ? await checkAskedAgain(deps, context, row) : outcome;
}

async function step(deps: CardDeps, context: TaskContext, row: CardRow): Promise<TaskOutcome> {
  const now = context.clock.now();
  switch (row.state) {
    case 'failed':
      // A failed card's task exists only because somebody asked for the card again.
      await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        await reviveCard(tx, row.id);
      });
      return again(now);
    case 'posting':
      return await settlePost(deps, context, row);
    case 'wanted':
      if (row.notBefore > now) return again(row.notBefore);
      if (row.isReleased && (await isBehindOthers(deps.pool, row.id, now)))
        return again(new Date(now.getTime() + BEHIND_MS));
      break;
    case 'posted':
      break;
  }
  // Waiting for the budget: rendering now would be in vain.
  const reserved = decideReserved(row.permitAt, now);
  if (reserved?.granted === false) return again(reserved.at);
  const drawn = await drawCard(deps, row);
  if (drawn === null) {
    await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      await markUnchanged(tx, row.id, row.wantedVersion);
    });
    return DONE;
  }
  return row.state === 'wanted'
    ? await postCard(deps, context, row, drawn)
    : await updateCard(deps, context, row, drawn);
}

/** The subject changed while it was rendered: once more, with what it is now. */
async function checkAskedAgain(
  deps: CardDeps,
  context: TaskContext,
  rendered: CardRow,
): Promise<TaskOutcome> {
  const row = await loadCard(deps.pool, rendered.id);
  const outdated = row !== undefined && row.wantedVersion > rendered.wantedVersion;
  return outdated ? again(context.clock.now()) : DONE;
}
