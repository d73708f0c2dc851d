import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import type { Policy } from '../policy.ts';
import type { Role } from '../policy/people.ts';
import { membersOf, withRoles, type Named } from './holders.ts';
import { readBook } from './snapshot.ts';

/** Whom roles, groups and users stand for, as read last. */
export interface Reach {
  /** People who are there; whoever is deactivated, a guest, a bot, or of another workspace is left out. */
  userIds: UserId[];
  /** A part could not be read yet: an empty list then says nothing. */
  isUnknown: boolean;
}

/** Whom a level of a route reaches. What was read last counts, however old: it tells people, and allows nothing. */
export async function readReach(
  db: Queryable,
  roles: Policy['roles'],
  level: Named & { roles: readonly Role[] },
): Promise<Reach> {
  const members = membersOf(withRoles(roles, level), await readBook(db));
  if (members === null) return { userIds: [], isUnknown: true };
  const { rows } = await db.query<{ user_id: UserId }>(
    `select m.user_id from unnest($1::text[]) as m(user_id) left join people p using (user_id)
      where p.user_id is null or not (p.is_deleted or p.is_bot or p.is_stranger or p.is_guest)
      order by m.user_id`,
    [members],
  );
  return { userIds: rows.map((row) => row.user_id), isUnknown: false };
}
