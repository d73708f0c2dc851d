import { appendAudit } from '../audit/append.ts';
import { withTransaction } from '../database/pool.ts';
import { findByEscalation } from '../incidents/store.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { Severity } from '../policy/escalations.ts';
import { incidentCause } from './cause-keys.ts';
import type { EscalationDeps } from './deps.ts';
import { showIncident } from './show.ts';
import { startEscalations } from './start-escalations.ts';

/** Longer ones are no titles. */
export const MOST_TITLE = 200;

export type OpenedIncident = { ok: true; number: number } | { ok: false; refusal: { why: 'repeated' } };

/** A person opens an incident: it stands in #incidents, and climbs the route of incidents until somebody answers. */
export async function openIncident(
  deps: EscalationDeps,
  now: Date,
  wanted: { person: Pick<Person, 'userId'>; severity: Severity; title: string; requestId: string },
): Promise<OpenedIncident> {
  const { person, severity, requestId } = wanted;
  return await withTransaction(deps.pool, async (tx): Promise<OpenedIncident> => {
    if (!(await claimRequest(tx, now, requestId))) return { ok: false, refusal: { why: 'repeated' } };
    const causeKey = incidentCause(requestId);
    const { started, entries } = await startEscalations(tx, deps, now, [
      {
        causeKey,
        subject: { kind: 'incident', id: causeKey },
        tenantId: null,
        title: { kind: 'words', words: wanted.title },
        severity,
        route: 'incidents',
        startedBy: actorOf(person),
        // Whoever opens one wants it told.
        ignoresQuietHours: true,
      },
    ]);
    const [first] = started;
    const incident = first === undefined ? undefined : await findByEscalation(tx, first.id);
    if (first === undefined || incident === undefined) return { ok: false, refusal: { why: 'repeated' } };
    await showIncident(tx, now, first.id);
    await appendAudit(tx, now, entries);
    return { ok: true, number: incident.number };
  });
}
