import type { Policy } from '../policy.ts';
import { ROLES, type Role } from '../policy/people.ts';
import type { SlackGroup } from '../ports.ts';
import { isGroupMeant, type NameBook } from './rules.ts';
import { isUserId, plainName } from './who-is-who.ts';

/** Who is named somewhere in the policy: by groups, and by users. */
export interface Named {
  groups: readonly string[];
  users: readonly string[];
}

/** What was read last. `groups` null: the user groups were never read. */
export interface Book {
  groups: readonly SlackGroup[] | null;
  names: NameBook;
}

/** The Slack ids that groups and users stand for, each once, sorted; null while a part of them was never read. */
export function membersOf({ groups, users }: Named, book: Book): string[] | null {
  const ids = new Set<string>();
  if (groups.length > 0 && book.groups === null) return null;
  for (const word of groups) {
    for (const group of book.groups ?? []) {
      if (isGroupMeant(word, group)) for (const id of group.userIds) ids.add(id);
    }
  }
  for (const word of users) {
    const owners = isUserId(word) ? [word] : book.names.get(plainName(word));
    if (owners === undefined) return null;
    // A name that several have is nobody's.
    if (owners.length === 1) for (const id of owners) ids.add(id);
  }
  return [...ids].toSorted();
}

/** The ids among them that are known already. */
export function knownMembersOf({ groups, users }: Named, book: Book): string[] {
  const parts: Named[] = [
    ...groups.map((word) => ({ groups: [word], users: [] })),
    ...users.map((word) => ({ groups: [], users: [word] })),
  ];
  return [...new Set(parts.flatMap((part) => membersOf(part, book) ?? []))];
}

/** A level of a route, with what its roles stand for. */
export function withRoles(roles: Policy['roles'], level: Named & { roles: readonly Role[] }): Named {
  return {
    groups: [...level.groups, ...level.roles.flatMap((role) => roles[role].groups)],
    users: [...level.users, ...level.roles.flatMap((role) => roles[role].users)],
  };
}

/** Everybody whom the policy gives a role or tells of an escalation: those whom the background keeps an eye on. */
export function watched(policy: Pick<Policy, 'roles' | 'escalations'>): Named {
  const parts: Named[] = [
    ...ROLES.map((role) => policy.roles[role]),
    ...Object.values(policy.escalations.routes).flatMap(({ levels }) => levels),
  ];
  return { groups: parts.flatMap(({ groups }) => groups), users: parts.flatMap(({ users }) => users) };
}

/** The user names (not ids) that the policy knows people by, each once, as they are compared. */
export function namesIn(policy: Pick<Policy, 'roles' | 'escalations' | 'people'>): string[] {
  const words = [...watched(policy).users, ...Object.values(policy.people).flatMap(({ slack }) => slack)];
  return [...new Set(words.filter((word) => !isUserId(word)).map(plainName))].toSorted();
}
