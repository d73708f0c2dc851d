import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { listOpenIncidents } from '../incidents/store.ts';
import type { Incident } from '../incidents/types.ts';
import { readEscalation } from './store.ts';

/** Twenty lines are what an answer takes. */
const MOST_LISTED = 20;

export interface OpenIncidentLine {
  incident: Incident;
  /** Who has it; null while nobody has answered. */
  owner: UserId | null;
}

/** Open incidents, worst first, with who has each. */
export async function listIncidents(db: Queryable): Promise<{ lines: OpenIncidentLine[]; count: number }> {
  const { incidents, count } = await listOpenIncidents(db, MOST_LISTED);
  const lines: OpenIncidentLine[] = [];
  for (const incident of incidents) {
    const escalation = await readEscalation(db, incident.escalationId);
    const isTaken = escalation?.state === 'acknowledged';
    lines.push({ incident, owner: isTaken ? escalation.owner : null });
  }
  return { lines, count };
}
