import { z } from 'zod';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { Schedule, TaskContext, TaskFailure, TaskKind } from '../jobs/types.ts';
import { listStranded, rescueOperations } from '../operations/rescue-operations.ts';
import type { Policy } from '../policy.ts';
import { ACTOR, type PayoutDeps } from './deps.ts';
import { lookAtPayouts } from './look.ts';
import { LOOK_TASK, requestLook } from './look-at-payout.ts';
import { decideNextLook } from './next-look.ts';
import { storeLooks } from './store-looks.ts';
import type { NewEpisode } from './store.ts';

const CHECK_TASK = 'check-payouts';
/** The next check makes up for it; what fails for longer alerts. */
const MOST_FAULTS = 5;
const LIMIT_MS = 10 * 60_000;

/** The check that looks for what stands still or has failed, and at what is being told already. */
export function makeCheckPayoutsTask(deps: PayoutDeps): TaskKind<Record<string, never>> {
  return {
    kind: CHECK_TASK,
    payload: z.strictObject({}),
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    async run(context) {
      await checkPayouts(deps, context);
      return { state: 'done' };
    },
  };
}

const CHECK_FAILED = {
  kind: 'task_failed',
  subject: { kind: 'job', id: CHECK_TASK },
  actor: ACTOR,
} as const;

/**
 * In the transaction that gives a task up: checks that fail one after the other are one alert, which the next that does
 * not fail ends. A look at one payout that could not read the money is made up for by the next check, which tells of it.
 * False when the task is told by others.
 */
export async function failCheck(tx: Tx, { kind, error, code, at }: TaskFailure): Promise<boolean> {
  if (kind === LOOK_TASK && (code === 'finance_unavailable' || code === 'finance_contract')) return true;
  if (kind !== CHECK_TASK) return false;
  const args = { task: kind, key: kind, error };
  await raiseAlert(tx, at, { ...CHECK_FAILED, severity: 'sev2', args });
  return true;
}

/** Every five minutes by default; one that was missed is made up for by the next. */
export function makeCheckPayoutsSchedule({ payouts, business }: Policy): Schedule {
  return {
    name: 'payouts.check',
    cron: payouts.check.cron,
    zone: business.time_zone,
    catchUp: payouts.check.catch_up,
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: CHECK_TASK, payload: {} }),
  };
}

async function checkPayouts(deps: PayoutDeps, context: TaskContext): Promise<void> {
  if ((await listStranded(deps.pool)).length > 0)
    await withTransaction(deps.pool, (tx) => rescueOperations(tx, context.clock.now()));
  const began = performance.now();
  const looks = await lookAtPayouts(deps, context, 'all');
  const { opened } = await storeLooks(deps, context.clock.now(), looks, (tx) => context.guard(tx));
  await watchNew(deps, context.clock.now(), opened);
  await withTransaction(deps.pool, (tx) => resolveAlert(tx, context.clock.now(), CHECK_FAILED));
  context.log.info(
    { looked: looks.looked.length, opened: opened.length, ms: Math.round(performance.now() - began) },
    'payouts were looked at',
  );
}

/** Those that have a message of their own are looked at again soon; after the look is stored, whose lock such looks wait for. */
async function watchNew(deps: PayoutDeps, now: Date, opened: readonly NewEpisode[]): Promise<void> {
  const watched = opened.flatMap(({ seen, groupId }) => {
    const at = groupId === null ? decideNextLook({ ...seen, openedAt: now, last: null }, now) : null;
    return at === null ? [] : [{ seen, at }];
  });
  if (watched.length === 0) return;
  await withTransaction(deps.pool, async (tx) => {
    for (const { seen, at } of watched) await requestLook(tx, now, seen, at);
  });
}
