import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readActionFigures } from '../actions/figures.ts';
import { appendAudit } from '../audit/append.ts';
import { businessDayOf } from '../business-day.ts';
import { instantOf } from '../calendar.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { reviewDayOf, reviewFigures } from './review-figures.ts';
import { countSince, insertReview, readNewestReview, REVIEW_SERIES } from './review-store.ts';
import { readUnclosed } from './store.ts';
import { REVIEW_CARD, SECURITY_CHANNEL } from './types.ts';

const TASK = 'exemption_review';
const ACTOR = `schedule:${TASK}`;
const payload = z.object({ day: z.iso.date() });

/**
 * The security review. A cron expression knows no second week, so the slot comes weekly, and its task does nothing in
 * the others. Domain section 1.
 */
export function makeReviewSchedule({
  exemptions,
  business,
}: Pick<Policy, 'exemptions' | 'business'>): Schedule {
  const { first, at } = exemptions.review;
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const weekday = new Date(`${first}T00:00:00Z`).getUTCDay();
  return {
    name: 'exemptions.review',
    cron: `${minute} ${hour} * * ${weekday}`,
    zone: business.time_zone,
    // The last missed slot may be of a week without review: the task finds out which one still counts.
    catchUp: 'each',
    leadMs: 0,
    task: ({ slotAt }) => ({ kind: TASK, payload: { day: businessDayOf(slotAt, business.time_zone) } }),
  };
}

/** Makes the review of its day, once; of several that were missed only the newest, since it says all. */
export function makeReviewTask(deps: { pool: Pool; policy: Policy }): TaskKind<z.infer<typeof payload>> {
  return {
    kind: TASK,
    payload,
    maxFaults: 20,
    async run(context, { day }) {
      const now = context.clock.now();
      if (newestDueDay(deps.policy, now) !== day) return { state: 'done' };
      await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        await makeReview(tx, deps.policy, now, day);
      });
      return { state: 'done' };
    },
  };
}

/** The day of the newest review whose moment has come; null before the first. */
function newestDueDay({ exemptions, business }: Policy, now: Date): string | null {
  const { review } = exemptions;
  const zone = business.time_zone;
  const day = reviewDayOf(businessDayOf(now, zone), review);
  if (day === null || instantOf(day, review.at, zone) <= now) return day;
  return reviewDayOf(businessDayOf(new Date(instantOf(day, '00:00', zone).getTime() - 1), zone), review);
}

/** What stands now, kept with its day, shown in #security; nothing when the day has its review. */
async function makeReview(tx: Tx, policy: Policy, now: Date, day: string): Promise<void> {
  const zone = policy.business.time_zone;
  const last = await readNewestReview(tx);
  const actions = await readActionFigures(tx, { series: REVIEW_SERIES, since: last?.at ?? null, day });
  const counted = await countSince(tx, last);
  const figures = reviewFigures(await readUnclosed(tx), counted, { now, zone, actions });
  const id = randomUUID();
  if (!(await insertReview(tx, { id, day, at: now, figures }))) return;
  const subject = { kind: 'exemption_review' as const, id };
  await requestCard(tx, now, { kind: REVIEW_CARD, subject, channel: SECURITY_CHANNEL });
  const { oldest, ...counts } = figures;
  const data = { day, ...counts, oldest: oldest === null ? null : oldest.name };
  await appendAudit(tx, now, [{ actor: ACTOR, action: 'review.made', tenantId: null, subject, data }]);
}
