import { z } from 'zod';
import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { readStanding, type PayoutKey } from '../operations/standing.ts';
import { linesOf } from './decide-look.ts';
import type { PayoutDeps } from './deps.ts';
import { lookAtPayouts } from './look.ts';
import { decideNextLook, isTimeToAsk } from './next-look.ts';
import { readOpen } from './store.ts';
import { storeLooks } from './store-looks.ts';

export const LOOK_TASK = 'look-at-payout';
const payload = z.strictObject({ tenantId: z.string(), transactionId: z.string() });

/** Faults after which it is left to the check that looks at all. */
const MOST_FAULTS = 6;
const LIMIT_MS = 3 * 60_000;

/** Asks that one payout is looked at, at `dueAt`. Locks its task. */
export async function requestLook(tx: Tx, now: Date, payout: PayoutKey, dueAt: Date): Promise<void> {
  const { tenantId, transactionId } = payout;
  await enqueueTask(tx, now, {
    kind: LOOK_TASK,
    key: `${LOOK_TASK}:${tenantId}:${transactionId}`,
    payload: { tenantId, transactionId },
    dueAt,
  });
}

/** The task that looks at one payout between the checks that look at all. */
export function makeLookTask(deps: PayoutDeps): TaskKind<PayoutKey> {
  return {
    kind: LOOK_TASK,
    payload,
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    run: (context, payout) => lookAtPayout(deps, context, payout),
  };
}

async function lookAtPayout(
  deps: PayoutDeps,
  context: TaskContext,
  { tenantId, transactionId }: PayoutKey,
): Promise<TaskOutcome> {
  const of = { tenantId, transactionId };
  const { last } = await readStanding(deps.pool, of);
  const looks = await lookAtPayouts(deps, context, of, ({ open, rows, known, observedAt }) => {
    const [payout] = open;
    const [row] = rows;
    if (payout === undefined || row === undefined) return false;
    const { openedAt, cooldownUntil } = payout;
    return isTimeToAsk({ attempts: linesOf(row, known), openedAt, cooldownUntil, last }, observedAt);
  });
  await storeLooks(deps, context.clock.now(), looks, (tx) => context.guard(tx));
  const [payout] = await readOpen(deps.pool, of);
  const next = payout === undefined ? null : decideNextLook({ ...payout, last }, context.clock.now());
  return next === null ? { state: 'done' } : { state: 'again', at: next };
}
