import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import type { SloDeps } from './deps.ts';
import { reportFigures } from './report-figures.ts';
import { gatherReport } from './report-inputs.ts';
import { insertReport, readReportOf } from './report-store.ts';
import type { ReportInputs } from './report-types.ts';
import { readSources } from './source-store.ts';
import { REPORT_CARD, SLO_CHANNEL } from './types.ts';
import { mondayOf, shiftWeek, weekBounds, weekOf } from './week.ts';
import type { CountWebhooks } from './webhook-failures.ts';

const TASK = 'slo_report';
const ACTOR = `schedule:${TASK}`;
const MINUTE_MS = 60_000;
/** After a downtime the minutes of the week are read first; what can't be read by then is reported as not known. */
const MOST_WAIT_MS = 30 * MINUTE_MS;
const payload = z.object({
  week: z.string().refine((week) => mondayOf(week) !== null),
  dueAt: z.iso.datetime(),
});
type Payload = z.infer<typeof payload>;

export type ReportDeps = Pick<SloDeps, 'pool' | 'policy' | 'slos' | 'onChange'> & {
  /** Null: it has no webhook events to look at. */
  countWebhooks: CountWebhooks | null;
};

/** The weekly report: each moment is about the week that was over before it. Issue 7, part 6. */
export function makeReportSchedule({ slo, business }: Pick<Policy, 'slo' | 'business'>): Schedule {
  const zone = business.time_zone;
  return {
    name: 'slo.report',
    cron: slo.report.cron,
    zone,
    catchUp: slo.report.catch_up,
    leadMs: 0,
    task: ({ slotAt }) => ({
      kind: TASK,
      payload: { week: shiftWeek(weekOf(slotAt, zone), -1), dueAt: slotAt.toISOString() },
    }),
  };
}

/** Makes the report of its week, once. */
export function makeReportTask(deps: ReportDeps): TaskKind<Payload> {
  const seenAt = new Map<string, number>();
  return {
    kind: TASK,
    payload,
    maxFaults: 20,
    async run(context, { week, dueAt }) {
      const now = context.clock.now();
      if ((await readReportOf(deps.pool, week)) !== null) return { state: 'done' };
      const bounds = weekBounds(week, deps.policy.business.time_zone);
      const since = seenAt.get(week) ?? now.getTime();
      seenAt.set(week, since);
      if (now.getTime() - since < MOST_WAIT_MS && (await isBehind(deps, bounds.to)))
        return { state: 'again', at: new Date(now.getTime() + MINUTE_MS) };
      const webhooks = (await deps.countWebhooks?.(bounds)) ?? null;
      const isMade = await withTransaction(deps.pool, async (tx) => {
        await context.guard(tx);
        return await makeReport(tx, deps, now, { week, dueAt: new Date(dueAt), webhooks });
      });
      seenAt.delete(week);
      if (isMade) deps.onChange?.('reported');
      return { state: 'done' };
    },
  };
}

/** Is a source that answers still being read of the week? One that is silent is not waited for. */
async function isBehind({ pool, slos }: ReportDeps, to: Date): Promise<boolean> {
  const sources = await readSources(pool);
  return slos.all.some(({ name }) => {
    const source = sources.get(name);
    return (
      source?.collectedUntil !== undefined &&
      source.collectedUntil !== null &&
      source.collectedUntil < to &&
      source.silentSince === null
    );
  });
}

/** What is known of the week, kept with it, shown in #slo; false when the week has its report. */
async function makeReport(
  tx: Tx,
  { policy, slos }: ReportDeps,
  now: Date,
  of: { week: string; dueAt: Date; webhooks: ReportInputs['webhooks'] },
): Promise<boolean> {
  const id = randomUUID();
  const inputs = await gatherReport(tx, { policy, slos }, now, { ...of, id });
  const report = {
    id,
    week: of.week,
    madeAt: now,
    inputs,
    policyHash: policy.hash,
    definitionsHash: slos.hash,
  };
  if (!(await insertReport(tx, report))) return false;
  const subject = { kind: 'slo_report' as const, id };
  await requestCard(tx, now, { kind: REPORT_CARD, subject, channel: SLO_CHANNEL });
  await appendAudit(tx, now, [
    { actor: ACTOR, action: 'slo.reported', tenantId: null, subject, data: auditData(inputs) },
  ]);
  return true;
}

/** Numbers alone: nothing personal goes into the log. */
function auditData(inputs: ReportInputs): object {
  const { week, from, to, hours, isLate, promises, breaches, corrections } = reportFigures(inputs);
  return {
    week,
    from,
    to,
    hours,
    isLate,
    promises: promises.map(({ slo, health, value, gapMinutes }) => ({
      name: slo.name,
      health,
      value,
      gapMinutes,
    })),
    breaches: breaches.length,
    corrections: corrections.map(({ number }) => number),
  };
}
