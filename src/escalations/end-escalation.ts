import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import type { TenantId } from '../ids.ts';
import { closeIncident } from '../incidents/store.ts';
import type { EscalationDeps } from './deps.ts';
import { pageAnswer } from './page.ts';
import { refreshEscalation } from './show.ts';
import { markResolved } from './store.ts';
import type { Escalation, ResolvedHow } from './types.ts';

/** It is over, and its incident with it, under the row's lock; gives the audit rows to append. */
export async function endEscalation(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  { escalation, by, how }: { escalation: Escalation; by: string; how: ResolvedHow },
): Promise<AuditEntry[]> {
  const { id } = escalation;
  await markResolved(tx, id, { at: now, by, how });
  const incidentId = await closeIncident(tx, { escalationId: id, at: now, by });
  await refreshEscalation(tx, now, id);
  await deps.onAnswered?.(tx, now, escalation);
  await pageAnswer(tx, deps, now, escalation, 'resolve');
  const about = { actor: by, tenantId: escalation.tenantId as TenantId | null };
  const entry: AuditEntry = {
    ...about,
    action: 'escalation.resolved',
    subject: { kind: 'escalation', id },
    data: { how },
  };
  if (incidentId === undefined) return [entry];
  const subject = { kind: 'incident', id: incidentId } as const;
  return [entry, { ...about, action: 'incident.resolved', subject, data: { escalation: id, how } }];
}
