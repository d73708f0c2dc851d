import type { Queryable } from '../database/pool.ts';
import type { EscalationId, Subject, UserId } from '../ids.ts';
import type { Title } from '../incidents/types.ts';
import type { Severity } from '../policy/escalations.ts';
import type { Escalation, Place, ResolvedHow, Route } from './types.ts';

const COLUMNS = `e.id, e.cause_key as "causeKey", e.subject_kind, e.subject_id, e.tenant_id as "tenantId", e.title, e.severity,
  e.started_by as "startedBy", e.started_at as "startedAt", e.route, e.state, e.round, e.level, e.slow,
  e.steps_told as "stepsTold", e.next_at as "nextAt", e.paged, e.acknowledged_by as "acknowledgedBy",
  e.acknowledged_at as "acknowledgedAt", e.owner, e.awaits_run as "awaitsRun", e.root_cause as "rootCause", e.remediation,
  e.root_cause_by as "rootCauseBy", e.resolved_at as "resolvedAt", e.resolved_by as "resolvedBy",
  e.resolved_how as "resolvedHow"`;

type Row = Omit<Escalation, 'subject'> & { subject_kind: Subject['kind']; subject_id: string };

function toEscalation({ subject_kind: kind, subject_id: id, ...row }: Row): Escalation {
  return { ...row, subject: { kind, id } };
}

export interface NewRow {
  id: EscalationId;
  causeKey: string;
  subject: Subject;
  tenantId: string | null;
  title: Title;
  severity: Severity;
  startedBy: string;
  route: Route;
  nextAt: Date;
}

/** Inserts those whose cause has no open escalation; gives the ids that were. */
export async function insertEscalations(
  db: Queryable,
  rows: readonly NewRow[],
  at: { startedAt: Date; policyHash: string },
): Promise<Set<string>> {
  const { rows: inserted } = await db.query<{ id: string }>(
    `insert into escalations (id, cause_key, subject_kind, subject_id, tenant_id, title, severity, started_by, started_at,
            route, policy_hash, state, next_at)
     select r.id, r."causeKey", r.subject ->> 'kind', r.subject ->> 'id', r."tenantId", r.title, r.severity, r."startedBy",
            $2, r.route, $3, 'open', r."nextAt"
       from jsonb_to_recordset($1::jsonb) as r(id uuid, "causeKey" text, subject jsonb, "tenantId" text, title jsonb,
            severity text, "startedBy" text, route jsonb, "nextAt" timestamptz)
     on conflict (cause_key) where state <> 'resolved' do nothing
     returning id`,
    [JSON.stringify(rows), at.startedAt, at.policyHash],
  );
  return new Set(inserted.map(({ id }) => id));
}

export async function readEscalation(db: Queryable, id: string): Promise<Escalation | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from escalations e where e.id = $1`, [id]);
  return rows[0] === undefined ? undefined : toEscalation(rows[0]);
}

/** Locks the row until the transaction ends: whoever changes an escalation waits here for the others. */
export async function lockEscalation(db: Queryable, id: string): Promise<Escalation | undefined> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from escalations e where e.id = $1 for update`, [
    id,
  ]);
  return rows[0] === undefined ? undefined : toEscalation(rows[0]);
}

/** Others that climb from the same level of the same route by then, nearest first; those that somebody holds are left out. */
export async function lockCrowd(
  db: Queryable,
  of: { except: string; level: number; route: string; upTo: Date },
): Promise<Escalation[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from escalations e
      where e.state = 'open' and e.steps_told > 0 and e.id <> $1 and e.level = $2 and e.route ->> 'name' = $3
        and e.next_at <= $4
      order by e.next_at, e.id for update skip locked`,
    [of.except, of.level, of.route, of.upTo],
  );
  return rows.map(toEscalation);
}

/** All that climb or are acknowledged, for whoever compares them with what they are about. */
export async function lockUnresolved(db: Queryable): Promise<Escalation[]> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from escalations e where e.state <> 'resolved' order by e.id for update`,
  );
  return rows.map(toEscalation);
}

/** The one that is open for a cause, singly or together with others. */
export async function lockOpenFor(db: Queryable, causeKey: string): Promise<Escalation | undefined> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from escalations e
      where e.state <> 'resolved'
        and (e.cause_key = $1
             or exists (select from escalation_causes c where c.escalation_id = e.id and c.cause_key = $1))
      order by e.cause_key = $1 desc limit 1 for update`,
    [causeKey],
  );
  return rows[0] === undefined ? undefined : toEscalation(rows[0]);
}

/** Who started the escalation of a cause that has ended since then; null when no person did, or none has ended. */
export async function readStarterOfEnded(
  db: Queryable,
  causeKey: string,
  since: Date,
): Promise<string | null> {
  const { rows } = await db.query<{ started_by: string }>(
    `select started_by from escalations
      where cause_key = $1 and state = 'resolved' and resolved_at >= $2 and started_by like 'person:%'
      order by resolved_at desc limit 1`,
    [causeKey, since],
  );
  return rows[0]?.started_by ?? null;
}

/** A level was told: nobody has answered, or not since the acknowledgement. */
export async function moveTo(db: Queryable, id: string, to: Place & { nextAt: Date }): Promise<void> {
  await db.query(
    `update escalations set state = 'open', round = $2, level = $3, slow = $4, next_at = $5,
            steps_told = steps_told + 1, awaits_run = false
      where id = $1`,
    [id, to.round, to.level, to.slow, to.nextAt],
  );
}

export async function markAcknowledged(
  db: Queryable,
  id: string,
  by: { userId: UserId; at: Date; lapsesAt: Date },
): Promise<void> {
  await db.query(
    `update escalations set state = 'acknowledged', acknowledged_by = $2, acknowledged_at = $3, next_at = $4,
            owner = coalesce(owner, $2)
      where id = $1`,
    [id, by.userId, by.at, by.lapsesAt],
  );
}

/** Somebody does something about it. */
export async function postponeLapse(db: Queryable, id: string, lapsesAt: Date): Promise<void> {
  await db.query(
    `update escalations set next_at = greatest(next_at, $2) where id = $1 and state = 'acknowledged'`,
    [id, lapsesAt],
  );
}

export async function setOwner(db: Queryable, id: string, owner: UserId): Promise<void> {
  await db.query(`update escalations set owner = $2 where id = $1`, [id, owner]);
}

export async function keepRootCause(
  db: Queryable,
  id: string,
  told: { rootCause: string; remediation: string | null; by: UserId; at: Date; awaitsRun: boolean },
): Promise<void> {
  await db.query(
    `update escalations set root_cause = $2, remediation = $3, root_cause_by = $4, root_cause_at = $5, awaits_run = $6
      where id = $1`,
    [id, told.rootCause, told.remediation, told.by, told.at, told.awaitsRun],
  );
}

export async function markResolved(
  db: Queryable,
  id: string,
  end: { at: Date; by: string; how: ResolvedHow },
): Promise<void> {
  await db.query(
    `update escalations set state = 'resolved', next_at = null, awaits_run = false, resolved_at = $2, resolved_by = $3,
            resolved_how = $4
      where id = $1`,
    [id, end.at, end.by, end.how],
  );
}

/** It got worse, or another finding of its cause speaks for it. */
export async function rewriteSubject(
  db: Queryable,
  id: string,
  to: { subject: Subject; title: Title; severity: Severity; nextAt: Date },
): Promise<void> {
  await db.query(
    `update escalations set subject_kind = $2, subject_id = $3, title = $4, severity = $5, next_at = $6 where id = $1`,
    [id, to.subject.kind, to.subject.id, JSON.stringify(to.title), to.severity, to.nextAt],
  );
}

export async function markPaged(db: Queryable, id: string): Promise<void> {
  await db.query(`update escalations set paged = true where id = $1`, [id]);
}
