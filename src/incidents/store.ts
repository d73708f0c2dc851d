import type { Queryable } from '../database/pool.ts';
import type { IncidentId } from '../ids.ts';
import type { Incident, Severity, Title } from './types.ts';

const COLUMNS = `id, number, escalation_id as "escalationId", title, severity, opened_by as "openedBy",
  opened_at as "openedAt", state, resolved_at as "resolvedAt", resolved_by as "resolvedBy",
  root_cause as "rootCause", remediation`;

export interface NewIncident {
  id: IncidentId;
  escalationId: string;
  title: Title;
  severity: Severity;
  openedBy: string;
}

/** One incident an escalation. */
export async function insertIncidents(
  db: Queryable,
  openedAt: Date,
  incidents: readonly NewIncident[],
): Promise<void> {
  await db.query(
    `insert into incidents (id, escalation_id, title, severity, opened_by, opened_at, state)
     select r.id, r."escalationId", r.title, r.severity, r."openedBy", $2, 'open'
       from jsonb_to_recordset($1::jsonb) as r(id uuid, "escalationId" uuid, title jsonb, severity text, "openedBy" text)`,
    [JSON.stringify(incidents), openedAt],
  );
}

/** Its escalation got worse, or speaks of another finding of its cause. */
export async function retitleIncident(
  db: Queryable,
  of: { escalationId: string; title: Title; severity: Severity },
): Promise<void> {
  await db.query(`update incidents set title = $2, severity = $3 where escalation_id = $1`, [
    of.escalationId,
    JSON.stringify(of.title),
    of.severity,
  ]);
}

/** Ends with its escalation. */
export async function closeIncident(
  db: Queryable,
  of: { escalationId: string; at: Date; by: string },
): Promise<IncidentId | undefined> {
  const { rows } = await db.query<{ id: IncidentId }>(
    `update incidents set state = 'resolved', resolved_at = $2, resolved_by = $3
      where escalation_id = $1 and state = 'open' returning id`,
    [of.escalationId, of.at, of.by],
  );
  return rows[0]?.id;
}

export async function writeRootCause(
  db: Queryable,
  of: { escalationId: string; rootCause: string; remediation: string | null },
): Promise<void> {
  await db.query(`update incidents set root_cause = $2, remediation = $3 where escalation_id = $1`, [
    of.escalationId,
    of.rootCause,
    of.remediation,
  ]);
}

export async function loadIncidentRow(db: Queryable, id: string): Promise<Incident | undefined> {
  const { rows } = await db.query<Incident>(`select ${COLUMNS} from incidents where id = $1`, [id]);
  return rows[0];
}

export async function findByNumber(db: Queryable, number: number): Promise<Incident | undefined> {
  const { rows } = await db.query<Incident>(`select ${COLUMNS} from incidents where number = $1`, [number]);
  return rows[0];
}

export async function findByEscalation(db: Queryable, escalationId: string): Promise<Incident | undefined> {
  const { rows } = await db.query<Incident>(`select ${COLUMNS} from incidents where escalation_id = $1`, [
    escalationId,
  ]);
  return rows[0];
}

/** Open ones, worst first, oldest first, and how many there are in all. */
export async function listOpenIncidents(
  db: Queryable,
  limit: number,
): Promise<{ incidents: Incident[]; count: number }> {
  const { rows } = await db.query<Incident & { count: number }>(
    `select ${COLUMNS}, count(*) over ()::int as count from incidents
      where state = 'open' order by severity, opened_at, number limit $1`,
    [limit],
  );
  return { incidents: rows, count: rows[0]?.count ?? 0 };
}
