import type { Queryable } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import { findByEscalation, loadIncidentRow } from '../incidents/store.ts';
import type { Incident } from '../incidents/types.ts';
import type { Policy } from '../policy.ts';
import { loadHandover, type Handover } from './hand-over.ts';
import { listSteps, type Step } from './step-store.ts';
import { readEscalation } from './store.ts';
import type { Escalation } from './types.ts';

/** Where a message of ours stands. */
interface Message {
  channelId: string;
  ts: string;
}

/** Of the finding that speaks, what its escalation shows: as it is now. */
export interface SpokenOf {
  subject: Subject;
  tenantId: string;
  accountId: string | null;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
}

export interface EscalationModel {
  escalation: Escalation;
  incident: Pick<Incident, 'number'>;
  steps: readonly Step[];
  finding: SpokenOf | null;
  /** Findings of its cause or causes that are open. */
  open: number;
  /** The report that shows what it is about, once that stands; its run, for what lists all of them. */
  report: { runId: string; message: Message | null } | null;
  timeZone: string;
  reportingCurrency: string;
}

/** Everything an escalation's own message shows; null when there is none, or nobody has to be told any more. */
export async function loadEscalation(
  db: Queryable,
  id: string,
  policy: Policy,
): Promise<EscalationModel | null> {
  const escalation = await readEscalation(db, id);
  if (escalation === undefined) return null;
  // Over before anybody was told: nothing to tell.
  if (escalation.state === 'resolved' && escalation.stepsTold === 0) return null;
  const incident = await findByEscalation(db, id);
  const { kind, id: subjectId } = escalation.subject;
  return {
    escalation,
    incident: { number: incident?.number ?? 0 },
    steps: await listSteps(db, id),
    finding: kind === 'finding' ? await readSpokenOf(db, subjectId) : null,
    open: await countOpen(db, escalation),
    report: kind === 'incident' ? null : await readReport(db, escalation),
    timeZone: policy.business.time_zone,
    reportingCurrency: policy.business.reporting_currency,
  };
}

async function readSpokenOf(db: Queryable, findingId: string): Promise<SpokenOf | null> {
  const { rows } = await db.query<
    Omit<SpokenOf, 'amountMinor' | 'amountReportingMinor'> & {
      amount_minor: string | null;
      amount_reporting_minor: string | null;
    }
  >(
    `select jsonb_build_object('kind', subject_kind, 'id', subject_id) as subject, tenant_id as "tenantId",
            account_id as "accountId", currency, amount_minor, amount_reporting_minor
       from findings where id = $1`,
    [findingId],
  );
  if (rows[0] === undefined) return null;
  const { amount_minor: amount, amount_reporting_minor: reporting, ...spokenOf } = rows[0];
  return {
    ...spokenOf,
    amountMinor: amount === null ? null : BigInt(amount),
    amountReportingMinor: reporting === null ? null : BigInt(reporting),
  };
}

async function countOpen(db: Queryable, { id, causeKey, title }: Escalation): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from findings f
      where f.state = 'open'
        and case when $3 then f.opening
                 else not f.opening
                  and (f.cause_key = $1
                       or f.cause_key in (select c.cause_key from escalation_causes c where c.escalation_id = $2)) end`,
    [causeKey, id, title.kind === 'opening'],
  );
  return rows[0]?.count ?? 0;
}

/** The newest report on the findings it is about: the opening balance has one of its own. */
async function readReport(db: Queryable, { subject, title }: Escalation): Promise<EscalationModel['report']> {
  const { rows } = await db.query<{ run_id: string; channel_id: string | null; ts: string | null }>(
    `select r.id as run_id, c.channel_id, c.ts
       from runs r
       left join cards c on c.kind = $2 and c.subject_kind = 'reconciliation'
                        and c.subject_id = case when $2 = 'opening' then 'opening' else r.id::text end
      where r.state in ('complete', 'partial')
        and ($1::text is null or exists (select from run_findings f where f.run_id = r.id and f.finding_id::text = $1))
      order by r.window_to desc, r.settled_at desc limit 1`,
    [subject.kind === 'finding' ? subject.id : null, title.kind === 'opening' ? 'opening' : 'reconciliation'],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { run_id: runId, channel_id: channelId, ts } = row;
  return { runId, message: channelId === null || ts === null ? null : { channelId, ts } };
}

export interface StepModel {
  escalation: Escalation;
  step: Step;
  /** Levels that were passed over on the way to it. */
  passedOver: readonly Step[];
  timeZone: string;
}

/** What a level's message shows; null when somebody answered before it stood. */
export async function loadStep(db: Queryable, subjectId: string, policy: Policy): Promise<StepModel | null> {
  const [id = '', round, level] = subjectId.split(':');
  const escalation = await readEscalation(db, id);
  if (escalation === undefined) return null;
  const steps = await listSteps(db, id);
  const index = steps.findIndex((step) => step.round === Number(round) && step.level === Number(level));
  const step = steps[index];
  if (step === undefined || step.told === null) return null;
  const { acknowledgedAt, resolvedAt } = escalation;
  const answeredAt = acknowledgedAt ?? resolvedAt;
  if (answeredAt !== null && answeredAt >= step.at) return null;
  if (resolvedAt !== null) return null;
  const before = steps.slice(0, index);
  const lastTold = before.findLastIndex(({ told }) => told !== null);
  return { escalation, step, passedOver: before.slice(lastTold + 1), timeZone: policy.business.time_zone };
}

export interface HandoverModel {
  handover: Handover;
  timeZone: string;
}

export async function loadHandoverModel(
  db: Queryable,
  id: string,
  policy: Policy,
): Promise<HandoverModel | null> {
  const handover = await loadHandover(db, id);
  return handover === null ? null : { handover, timeZone: policy.business.time_zone };
}

export interface IncidentModel {
  incident: Incident;
  escalation: Escalation;
  /** Its message in #ops-alerts, once it stands. */
  message: Message | null;
  timeZone: string;
}

/** What an incident's message shows. */
export async function loadIncident(db: Queryable, id: string, policy: Policy): Promise<IncidentModel | null> {
  const incident = await loadIncidentRow(db, id);
  const escalation = incident === undefined ? undefined : await readEscalation(db, incident.escalationId);
  if (incident === undefined || escalation === undefined) return null;
  const { rows } = await db.query<{ channel_id: string; ts: string }>(
    `select channel_id, ts from cards
      where kind = 'escalation' and subject_kind = 'escalation' and subject_id = $1 and ts is not null`,
    [escalation.id],
  );
  const message = rows[0] === undefined ? null : { channelId: rows[0].channel_id, ts: rows[0].ts };
  return { incident, escalation, message, timeZone: policy.business.time_zone };
}
