import type { Queryable } from '../database/pool.ts';
import { samePerson } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { ActingPerson } from './act-types.ts';

/**
 * Are they one human, by what was known when each acted or by what the policy says now? Either is enough: who was one
 * person yesterday isn't two today.
 */
export async function isOnePerson(
  db: Queryable,
  policy: Policy,
  one: ActingPerson,
  other: ActingPerson,
): Promise<boolean> {
  if (one.userId === other.userId || one.key === other.key) return true;
  const { rows } = await db.query<{ user_id: string; name: string }>(
    `select user_id, name from people where user_id = any ($1)`,
    [[one.userId, other.userId]],
  );
  const names = new Map(rows.map((row) => [row.user_id, row.name]));
  const accountOf = ({ userId }: ActingPerson) => ({ id: userId, name: names.get(userId) ?? userId });
  return samePerson(policy, accountOf(one), accountOf(other));
}
