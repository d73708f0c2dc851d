import type { UserId } from '../ids.ts';
import { isMeant, isUserId, personKeyOf, slackOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { ApproverRole, Holders } from './types.ts';

/** User names by Slack id: the policy may know people by either. */
export type Names = ReadonlyMap<string, string>;

/** What the policy calls people, and what Slack does. */
export interface Known {
  policy: Pick<Policy, 'people'>;
  names: Names;
}

/** Their one key, whatever account it is. */
export function keyOf({ policy, names }: Known, id: UserId): string {
  return personKeyOf(policy, { id, name: names.get(id) ?? id });
}

/** Whoever may approve, leads first. */
export const APPROVERS = ['leads', 'managers', 'security'] as const satisfies readonly ApproverRole[];

/** The roles of each person, whatever account holds them; a lead is nothing less. */
export function rolesByKey(
  known: Known,
  holders: Holders,
  withSecurity: boolean,
): Map<string, readonly ApproverRole[]> {
  const roles = new Map<string, readonly ApproverRole[]>();
  for (const role of APPROVERS) {
    if (role === 'security' && !withSecurity) continue;
    for (const id of holders[role] ?? []) {
      const key = keyOf(known, id);
      roles.set(key, strongest([...(roles.get(key) ?? []), role]));
    }
  }
  return roles;
}

/** Each once, without managers where leads say more. */
export function strongest(roles: readonly ApproverRole[]): ApproverRole[] {
  return APPROVERS.filter(
    (role) => roles.includes(role) && !(role === 'managers' && roles.includes('leads')),
  );
}

/** What was held at both times: a lead at one and a manager at the other is a manager. */
export function heldBoth(
  roles: readonly ApproverRole[],
  others: readonly ApproverRole[] | undefined,
): ApproverRole[] {
  if (others === undefined) return [];
  const has = (held: readonly ApproverRole[], role: ApproverRole) =>
    held.includes(role) || (role === 'managers' && held.includes('leads'));
  return strongest(APPROVERS.filter((role) => has(roles, role) && has(others, role)));
}

/** The accounts of a person, those that hold the role first. */
export function accountsNamed(
  known: Known,
  { managers, leads, security = [] }: Holders,
  key: string,
  withSecurity: boolean,
): UserId[] {
  const all = [...leads, ...managers, ...(withSecurity ? security : [])];
  const holding = all.filter((id) => keyOf(known, id) === key);
  const named = slackOf(known.policy, key).flatMap((word) => {
    const ids = [...known.names].filter(([id, name]) => isMeant(word, { id, name })).map(([id]) => id);
    return (ids.length > 0 || !isUserId(word) ? ids : [word]) as UserId[];
  });
  return [...holding, ...named];
}
