import type { AuditEntry } from '../audit/types.ts';
import { quietUntil } from '../calendar.ts';
import type { Tx } from '../database/pool.ts';
import { newId, type EscalationId, type IncidentId, type Subject, type TenantId } from '../ids.ts';
import { insertIncidents } from '../incidents/store.ts';
import type { Title } from '../incidents/types.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { postponeTask } from '../jobs/postpone-task.ts';
import type { Severity } from '../policy/escalations.ts';
import type { EscalationDeps } from './deps.ts';
import { pageTrigger } from './page.ts';
import { freezeRoute } from './route.ts';
import { insertEscalations, type NewRow } from './store.ts';

/** What somebody must be told of. */
export interface NewEscalation {
  causeKey: string;
  subject: Subject;
  tenantId: string | null;
  title: Title;
  severity: Severity;
  /** A route of the policy by its name. */
  route: string;
  /** person:U..., rule:R01, or a job. */
  startedBy: string;
  /** Money that waits: told at night too, whatever its severity. */
  ignoresQuietHours?: boolean;
}

export interface Started {
  started: readonly { id: EscalationId; nextAt: Date }[];
  entries: AuditEntry[];
}

/** A channel takes one message a second; a little more, since no two are told equally fast. */
const APART_MS = 1_100;

/**
 * Starts escalations inside the transaction that finds their causes, each with its incident; one whose cause climbs
 * already is left out. Many at once begin a second apart, in the order given, so that later levels come apart too. Gives
 * the audit rows to append.
 */
export async function startEscalations(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  wanted: readonly NewEscalation[],
): Promise<Started> {
  const rows = wanted.map((each, index) => toRow(deps, now, each, index));
  if (rows.length === 0) return { started: [], entries: [] };
  const at = { startedAt: now, policyHash: deps.policy.hash };
  const inserted = await insertEscalations(tx, rows, at);
  const started = rows.filter(({ id }) => inserted.has(id));
  const incidents = started.map((row) => ({
    id: newId<IncidentId>(),
    escalationId: row.id,
    title: row.title,
    severity: row.severity,
    openedBy: row.startedBy,
  }));
  await insertIncidents(tx, now, incidents);
  for (const row of started) {
    if (row.severity === 'sev1') await pageTrigger(tx, deps, now, row);
    await enqueueClimb(tx, now, row.id, row.nextAt);
  }
  const entries = started.flatMap((row, index) => entriesOf(row, incidents[index]?.id ?? ''));
  return { started, entries };
}

/** Makes it due: one live task an escalation. */
export async function enqueueClimb(tx: Tx, now: Date, id: EscalationId, dueAt: Date): Promise<void> {
  await enqueueTask(tx, now, { kind: 'escalation', key: `escalation:${id}`, payload: { id }, dueAt });
}

function toRow({ policy }: EscalationDeps, now: Date, wanted: NewEscalation, index: number): NewRow {
  const { ignoresQuietHours = false, route, ...row } = wanted;
  const isQuiet = wanted.severity === 'sev3' && !ignoresQuietHours;
  const firstAt = (isQuiet ? quietUntil(policy, now) : null) ?? now;
  return {
    ...row,
    id: newId<EscalationId>(),
    route: freezeRoute(policy, route),
    nextAt: new Date(firstAt.getTime() + index * APART_MS),
  };
}

function entriesOf(row: NewRow, incidentId: string): AuditEntry[] {
  const about = { actor: row.startedBy, tenantId: row.tenantId as TenantId | null };
  const { severity, route } = row;
  return [
    {
      ...about,
      action: 'escalation.started',
      subject: { kind: 'escalation', id: row.id },
      data: { cause: row.causeKey, about: row.subject, severity, route: route.name },
    },
    {
      ...about,
      action: 'incident.opened',
      subject: { kind: 'incident', id: incidentId },
      data: { escalation: row.id, severity },
      // What a person called it is theirs to have erased.
      ...(row.title.kind === 'words' ? { personal: row.title.words } : {}),
    },
  ];
}

/** What its task would have come for was done together with others. */
export async function postponeClimb(tx: Tx, id: string, dueAt: Date): Promise<void> {
  await postponeTask(tx, `escalation:${id}`, dueAt);
}
