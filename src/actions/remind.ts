import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import { instantOf } from '../calendar.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { localeFrom } from '../people/rules.ts';
import { actionEntry } from './audit-entries.ts';
import { ACTION_TASK, type ActionDeps } from './deps.ts';
import { seeOwner } from './owner.ts';
import { showAction } from './show.ts';
import { lockAction, markReminded, readAction } from './store.ts';
import { ACTION_CARD, type Action } from './types.ts';

const payload = z.object({ id: z.uuid() });
const DONE: TaskOutcome = { state: 'done' };
const ACTOR = 'job:action';

/** Reminds an action's owner on the day it is due, once, in a direct message, at a civil hour where they live. */
export function makeActionTask(deps: ActionDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: ACTION_TASK,
    payload,
    maxFaults: 20,
    run: (context, { id }) => remind(deps, context, id),
  };
}

async function remind(deps: ActionDeps, context: TaskContext, id: string): Promise<TaskOutcome> {
  const action = await readAction(deps.pool, id);
  if (action === null || !isToBeReminded(action)) return DONE;
  const owner = await seeOwner(deps, action.ownerId);
  if (owner === 'unread')
    throw new AppError('slack_unavailable', 'who owns an action could not be read', { retryable: true });
  const now = context.clock.now();
  if (owner === 'unfit') {
    // Nobody is there to be reminded: whatever lists it marks the gap.
    await changeGuarded(deps, context, (tx) => showAction(tx, deps, now, action));
    return DONE;
  }
  const { actions, business } = deps.policy;
  const dueAt = instantOf(action.dueOn, actions.remind_at, owner.timeZone ?? business.time_zone);
  // They moved west since it was added.
  if (dueAt > now) return { state: 'again', at: dueAt };
  await changeGuarded(deps, context, async (tx) => {
    const current = await lockAction(tx, id);
    if (current === null || !isToBeReminded(current)) return;
    await requestCard(tx, now, {
      kind: ACTION_CARD,
      subject: { kind: 'action', id },
      channel: current.ownerId,
      locale: localeFrom(owner.locale),
    });
  });
  return DONE;
}

function isToBeReminded(action: Action): action is Action & { ownerId: string; dueOn: string } {
  const { state, ownerId, dueOn, remindedAt } = action;
  return state === 'open' && remindedAt === null && ownerId !== null && dueOn !== null;
}

async function changeGuarded(
  { pool }: Pick<ActionDeps, 'pool'>,
  context: TaskContext,
  change: (tx: Tx) => Promise<void>,
): Promise<void> {
  await withTransaction(pool, async (tx) => {
    await context.guard(tx);
    await change(tx);
  });
}

/** Slack has taken the reminder: only now it counts. In that transaction. */
export async function noteReminded(tx: Tx, now: Date, id: string): Promise<void> {
  if (!(await markReminded(tx, id, now))) return;
  const action = await readAction(tx, id);
  if (action !== null) await appendAudit(tx, now, [actionEntry(action, 'reminded', { actor: ACTOR })]);
}
