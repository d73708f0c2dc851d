import { describeError, AppError } from '../errors.ts';
import { isGroupMeant } from '../people/rules.ts';
import { isMeant } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import { ROLES, type Role } from '../policy/people.ts';
import type { SlackDirectory, SlackGroup, SlackUser } from '../ports.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

/** Who there is, as Slack says; what it doesn't say is the reason why, in words. */
export interface WhoThereIs {
  users: readonly SlackUser[] | string;
  groups: readonly SlackGroup[] | string;
}

/** Asks Slack for everybody; a server that refuses a part leaves that part out. */
export async function askWhoThereIs(directory: SlackDirectory): Promise<WhoThereIs> {
  const reason = (error: unknown): string => {
    if (error instanceof AppError) return describeError(error);
    throw error;
  };
  return {
    users: await directory.users().catch(reason),
    groups: await directory.groups().catch(reason),
  };
}

/** Pure: does every role have somebody who may act, and is everybody there whom the policy names? */
export function diagnoseRoles(policy: Policy, there: WhoThereIs): Diagnosis[] {
  const found = ROLES.flatMap((role) => diagnoseRole(role, policy.roles[role], there));
  const held = found.some(({ state }) => state !== 'ok') ? [] : [ok('roles', 'every role is held')];
  return [...found.filter(({ state }) => state !== 'ok'), ...held, ...diagnosePeople(policy, there)];
}

type RolePolicy = Policy['roles'][Role];

/** A role that nobody holds allows nobody: approvals and buttons of that role would never work. */
function diagnoseRole(role: Role, { groups, users }: RolePolicy, there: WhoThereIs): Diagnosis[] {
  if (groups.length + users.length === 0)
    return [problem('roles', `nobody holds ${role}: give roles.${role} groups or users`)];
  const named = [
    ...groups.map((word) => lookUpGroup(role, word, there)),
    ...users.map((word) => lookUpUser(`roles.${role}`, word, there.users)),
  ];
  const said = named.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble]));
  const holders = new Set(named.flatMap(({ active }) => active));
  if (holders.size > 0) return said;
  // A part that could not be read may hold somebody: it is said by itself.
  if (typeof there.users === 'string' || (groups.length > 0 && typeof there.groups === 'string')) return said;
  return [
    ...said,
    problem('roles', `nobody who may act holds ${role}: everybody in it is missing, a guest or deactivated`),
  ];
}

interface LookedUp {
  /** Ids of those who may act. */
  active: string[];
  trouble?: Diagnosis;
}

function lookUpGroup(role: Role, word: string, { groups, users }: WhoThereIs): LookedUp {
  if (typeof groups === 'string') {
    const text = `roles.${role} names group ${word}, but user groups can't be read (${groups}): name users instead`;
    return { active: [], trouble: problem('roles', text) };
  }
  const group = groups.find((each) => isGroupMeant(word, each));
  if (group === undefined) {
    return { active: [], trouble: problem('roles', `roles.${role}: there is no user group ${word}`) };
  }
  const mayAct = (id: string): boolean =>
    typeof users === 'string' || users.some((user) => user.id === id && whyNot(user) === undefined);
  return { active: group.userIds.filter(mayAct) };
}

function lookUpUser(path: string, word: string, users: WhoThereIs['users']): LookedUp {
  if (typeof users === 'string') {
    return {
      active: [],
      trouble: warning('roles', `${path}: whether ${word} is there can't be read (${users})`),
    };
  }
  const meant = users.filter((user) => isMeant(word, user));
  const [user] = meant.length > 1 ? meant.filter((each) => !each.isDeleted) : meant;
  if (user === undefined)
    return { active: [], trouble: problem('roles', `${path}: there is no user ${word}`) };
  const several = meant.filter((each) => !each.isDeleted && !each.isStranger).length > 1;
  const why = several ? 'the name of several people: give the id' : whyNot(user);
  if (why === undefined) return { active: [user.id] };
  return { active: [], trouble: problem('roles', `${path}: ${word} is ${why}`) };
}

function whyNot(user: SlackUser): string | undefined {
  if (user.isDeleted) return 'deactivated';
  if (user.isBot) return 'an app';
  if (user.isStranger) return 'of another workspace';
  return user.isGuest ? 'a guest' : undefined;
}

/** Somebody whom the policy knows and Slack doesn't can't act, and may stand under another name. */
function diagnosePeople(policy: Policy, { users }: WhoThereIs): Diagnosis[] {
  if (typeof users === 'string') return [];
  return Object.entries(policy.people).flatMap(([key, { slack }]) =>
    slack.flatMap((word) =>
      users.some((user) => isMeant(word, user))
        ? []
        : [
            warning(
              'roles',
              `people.${key}: there is no user ${word}: give the name as it is now, or the id`,
            ),
          ],
    ),
  );
}
