import type { Queryable } from '../database/pool.ts';
import { findByNumber } from '../incidents/store.ts';
import { UUID } from './acknowledge.ts';
import { readEscalation } from './store.ts';
import type { Escalation } from './types.ts';

/** By id, which may be forged; undefined when there is none. */
export async function findEscalation(db: Queryable, id: string): Promise<Escalation | undefined> {
  return UUID.test(id) ? await readEscalation(db, id) : undefined;
}

/** The escalation of an incident by its number; undefined when there is none. */
export async function findEscalationOfIncident(
  db: Queryable,
  number: number,
): Promise<Escalation | undefined> {
  const incident = await findByNumber(db, number);
  return incident === undefined ? undefined : await readEscalation(db, incident.escalationId);
}
