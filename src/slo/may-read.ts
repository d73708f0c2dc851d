import { holdsOne, type Person } from '../people/types.ts';
import type { Policy } from '../policy.ts';

/**
 * May somebody ask how the promises stand? By default the team: whoever holds a role, or whom `policy.people` names. An
 * account of the workspace that nobody named is a stranger to it; guests never come so far. Pure.
 */
export function mayRead(
  { slo, people }: Pick<Policy, 'slo' | 'people'>,
  person: Pick<Person, 'key' | 'roles'>,
): boolean {
  if (slo.readers !== 'members') return holdsOne(person as Person, slo.readers);
  return person.roles.size > 0 || Object.hasOwn(people, person.key);
}
