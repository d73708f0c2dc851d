import type { Policy } from '../policy.ts';
import { ROLES, type Role } from '../policy/people.ts';
import { membersOf, type Book } from './holders.ts';

export interface RoleChange {
  role: Role;
  userId: string;
  change: 'granted' | 'revoked';
}

/** Who holds each role. */
export type Members = ReadonlyMap<Role, readonly string[]>;

export interface RoleDiff {
  changes: RoleChange[];
  /** Roles that were never read before: who holds them now is where changes begin. */
  baseline: Role[];
}

/** Who holds which role by what was read last; a role of which a part was never read is left out. */
export function membersByRole(roles: Policy['roles'], book: Book): Members {
  return new Map(
    ROLES.flatMap((role) => {
      const members = membersOf(roles[role], book);
      return members === null ? [] : [[role, members] as const];
    }),
  );
}

/** Pure: what differs. A role that can't be read now changes nothing: nobody loses one because Slack was away. */
export function diffRoles(known: readonly string[], before: Members, now: Members): RoleDiff {
  const diff: RoleDiff = { changes: [], baseline: [] };
  for (const [role, members] of now) {
    if (!known.includes(role)) {
      diff.baseline.push(role);
      continue;
    }
    const held = before.get(role) ?? [];
    const changed = (ids: readonly string[], without: readonly string[], change: RoleChange['change']) =>
      ids.filter((id) => !without.includes(id)).map((userId) => ({ role, userId, change }));
    diff.changes.push(...changed(members, held, 'granted'), ...changed(held, members, 'revoked'));
  }
  return diff;
}
