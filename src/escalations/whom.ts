import type { Queryable } from '../database/pool.ts';
import { withRoles } from '../people/holders.ts';
import { readReach } from '../people/reach.ts';
import { isGroupMeant } from '../people/rules.ts';
import { readBook } from '../people/snapshot.ts';
import { ROLES } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import type { Level, Told } from './types.ts';

/** More people than this are mentioned by their groups: a message is no list of names. */
const MOST_NAMED = 8;

export interface Whom extends Told {
  /** True when it is known that nobody is there to be told. */
  reachesNobody: boolean;
}

/** Whom a level's message mentions, as things are now. */
export async function whomOf(db: Queryable, roles: Policy['roles'], level: Level): Promise<Whom> {
  const { userIds, isUnknown } = await readReach(db, roles, level);
  const reachesNobody = userIds.length === 0 && !isUnknown;
  if (userIds.length <= MOST_NAMED) return { users: userIds, groups: [], reachesNobody };
  const { groups } = await readBook(db);
  const named = withRoles(roles, level);
  const meant = (groups ?? []).filter((group) => named.groups.some((word) => isGroupMeant(word, group)));
  const within = new Set(meant.flatMap((group) => group.userIds));
  return {
    groups: meant.map(({ id }) => id),
    users: userIds.filter((id) => !within.has(id)),
    reachesNobody,
  };
}

/** Does somebody hold any role, as far as is known? Null: that could not be read. It tells people, and allows nothing. */
export async function holdsAnyRole(
  db: Queryable,
  roles: Policy['roles'],
  userId: string,
): Promise<boolean | null> {
  const { userIds, isUnknown } = await readReach(db, roles, { roles: ROLES, groups: [], users: [] });
  return isUnknown ? null : userIds.includes(userId as (typeof userIds)[number]);
}
