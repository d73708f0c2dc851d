import type { Queryable } from '../database/pool.ts';
import { readExemption, readExemptionByNumber } from './store.ts';
import { parseExemptionName, SECURITY_OWNER, type Exemption } from './types.ts';
import type { Person } from '../people/types.ts';

/**
 * The one that somebody means by "EX-7", "7" or its name; of several with one name the one that is not closed and due
 * first. Null: there is none.
 */
export async function findExemption(db: Queryable, typed: string): Promise<Exemption | null> {
  const number = parseExemptionName(typed);
  const numbered = number === null ? null : await readExemptionByNumber(db, number);
  if (numbered !== null) return numbered;
  const { rows } = await db.query<{ id: string }>(
    `select id from exemptions where lower(name) = lower($1)
      order by state = 'closed', deadline, number desc limit 1`,
    [typed],
  );
  return rows[0] === undefined ? null : await readExemption(db, rows[0].id);
}

/** Is it this person's: as owner, as deputy, or since all of security owns it? Pure. */
export function isOwn(
  exemption: Pick<Exemption, 'ownerId' | 'ownerKey' | 'deputyId' | 'deputyKey'>,
  person: Pick<Person, 'userId' | 'key' | 'roles'>,
): boolean {
  const { ownerId, ownerKey, deputyId, deputyKey } = exemption;
  if (ownerId === SECURITY_OWNER) return person.roles.has('security');
  return (
    ownerId === person.userId ||
    ownerKey === person.key ||
    deputyId === person.userId ||
    deputyKey === person.key
  );
}

/** Whoever holds a role sees all of the register, everybody else what is theirs. Pure. */
export function maySee(
  exemption: Parameters<typeof isOwn>[0],
  person: Pick<Person, 'userId' | 'key' | 'roles'>,
): boolean {
  return person.roles.size > 0 || isOwn(exemption, person);
}
