import type { UserId } from '../ids.ts';
import type { Policy } from '../policy.ts';
import { ROLES, type Role } from '../policy/people.ts';
import type { SlackUser } from '../ports.ts';
import type { Locale } from '../texts.ts';
import type { Clicker, Identified } from './types.ts';
import { isMeant, personKeyOf, plainName, type Account } from './who-is-who.ts';

/** What was read longer ago than this (real time) says nothing about a click. */
export const FRESH_MS = 45_000;

/** A user group by what the policy may call it. */
export interface GroupName {
  id: string;
  handle: string;
}

/** Whom the user names of the policy belong to; a name that was never looked up is not in it. */
export type NameBook = ReadonlyMap<string, readonly string[]>;

/** Everything a click is judged by; what could not be read is `unreadable`, never empty. */
export interface Evidence {
  clicker: Clicker;
  /** The workspace that the app is installed in; '' where the server does not say. */
  ourTeamId: string;
  /** `nobody`: there is no such user. */
  user: SlackUser | 'nobody' | 'unreadable';
  /** The groups they are in. */
  memberOf: readonly GroupName[] | 'unreadable';
  names: NameBook;
}

type RolePolicy = Pick<Policy, 'roles' | 'people'>;

/** Pure: who clicked and what they may do, or why they may do nothing. */
export function decideIdentity(policy: RolePolicy, evidence: Evidence): Identified {
  const { clicker, user, memberOf, names } = evidence;
  const refuse = (why: Extract<Identified, { ok: false }>['why']): Extract<Identified, { ok: false }> => ({
    ok: false,
    why,
    locale: localeFrom(typeof user === 'string' ? null : user.locale),
  });
  if (isOfAnotherTeam(clicker.teamId, evidence.ourTeamId)) return refuse('stranger');
  if (user === 'unreadable') return refuse('unreadable');
  if (user === 'nobody' || user.isStranger) return refuse('stranger');
  if (isOfAnotherTeam(user.teamId, evidence.ourTeamId || clicker.teamId)) return refuse('stranger');
  if (user.isBot) return refuse('bot');
  if (user.isDeleted) return refuse('deactivated');
  if (user.isGuest) return refuse('guest');
  const unread = memberOf === 'unreadable' && usesGroups(policy.roles);
  const roles = rolesOf(policy.roles, user, memberOf === 'unreadable' ? [] : memberOf, names);
  if (roles.size === 0 && unread) return refuse('unreadable');
  const person = {
    userId: user.id as UserId,
    key: personKeyOf(policy, user),
    name: user.realName || user.name,
    locale: localeFrom(user.locale),
    roles,
    ...(unread ? { groupsUnread: true as const } : {}),
  };
  return roles.size === 0 ? { ...refuse('no_role'), member: person } : { ok: true, person };
}

/** An id that nobody told is no proof of being a stranger; the other checks still stand. */
export function isOfAnotherTeam(teamId: string, ourTeamId: string): boolean {
  return teamId !== '' && ourTeamId !== '' && teamId !== ourTeamId;
}

export function usesGroups(roles: Policy['roles']): boolean {
  return ROLES.some((role) => roles[role].groups.length > 0);
}

/** The roles of one account, by the groups it is in and by the policy's lists. */
function rolesOf(
  roles: Policy['roles'],
  account: Account,
  memberOf: readonly GroupName[],
  names: NameBook,
): Set<Role> {
  const holds = (role: Role): boolean =>
    roles[role].groups.some((word) => memberOf.some((group) => isGroupMeant(word, group))) ||
    roles[role].users.some((word) => isMeant(word, account) && !isAnothers(word, account, names));
  return new Set(ROLES.filter(holds));
}

/** A group is known by its handle, with or without @, or by its id. */
export function isGroupMeant(word: string, group: GroupName): boolean {
  return word === group.id || plainName(word) === group.handle.toLowerCase();
}

/** A name that the list of users gives to somebody else, or to several, is not theirs, whatever they call themselves. */
function isAnothers(word: string, account: Account, names: NameBook): boolean {
  if (word === account.id) return false;
  const owners = names.get(plainName(word)) ?? [];
  return owners.some((id) => id !== account.id);
}

/** Slack's IETF tag as a language of ours; English where it says nothing. */
export function localeFrom(tag: string | null | undefined): Locale {
  return /^tr\b/i.test(tag ?? '') ? 'tr' : 'en';
}
