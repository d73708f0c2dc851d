import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import { businessDayOf } from '../business-day.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { ACTOR, type ExemptionDeps } from './deps.ts';
import { standingOf } from './standing.ts';
import { readUnclosed } from './store.ts';
import { ROLL_CARD, SECURITY_CHANNEL } from './types.ts';

const ROLL_TASK = 'exemption-roll';

/** Every day, since the overdue are told of on every day. Domain section 7. */
export function makeRollSchedule({ business, exemptions }: Policy): Schedule {
  const { cron, catch_up: catchUp } = exemptions.overdue;
  return {
    name: 'exemptions.overdue',
    cron,
    zone: business.time_zone,
    catchUp,
    leadMs: 0,
    task: () => ({ kind: ROLL_TASK, payload: {} }),
  };
}

/** Tells #security of everything that is overdue, in one message a business day; says nothing when nothing is. */
export function makeRollTask(deps: Pick<ExemptionDeps, 'pool' | 'policy'>): TaskKind<Record<string, never>> {
  return {
    kind: ROLL_TASK,
    payload: z.strictObject({}),
    maxFaults: 10,
    async run(context) {
      await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        await tellOverdue(tx, deps.policy.business.time_zone, context.clock.now());
      });
      return { state: 'done' };
    },
  };
}

async function tellOverdue(tx: Tx, zone: string, now: Date): Promise<void> {
  const overdue = (await readUnclosed(tx)).filter((each) => standingOf(each, now, zone).isOverdue);
  if (overdue.length === 0) return;
  const day = businessDayOf(now, zone);
  const { rowCount } = await tx.query(
    `insert into exemption_rolls (day, at) values ($1, $2) on conflict do nothing`,
    [day, now],
  );
  if (rowCount !== 1) return;
  const subject = { kind: 'exemption_roll', id: day } as const;
  await requestCard(tx, now, { kind: ROLL_CARD, subject, channel: SECURITY_CHANNEL });
  const data = { count: overdue.length, exemptions: overdue.map(({ id }) => id) };
  await appendAudit(tx, now, [
    { actor: ACTOR, action: 'exemption.overdue_told', tenantId: null, subject, data },
  ]);
}
