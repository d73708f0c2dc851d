import type { FetchFunction } from '@slack/web-api';
import { SlackRefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SlackDirectory, SlackGroup, SlackUser } from '../ports.ts';
import { makeSlackCall } from './slack-client.ts';
import { unavailable } from './slack-errors.ts';
import { eachPage } from './slack-pages.ts';

/** The most that users.list gives at once; more a page is fewer calls of a method that may be called 20 times a minute. */
const USERS_A_PAGE = 1_000;
/** How Slack says that there is nobody of this id, or nobody that our workspace may see. docs.slack.dev/reference/methods/users.info */
const NOBODY = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

export interface SlackDirectoryOptions {
  token: string;
  apiUrl: string;
  log: Log;
  /** Time limit of one call in milliseconds; 5,000 unless told. */
  timeoutMs?: number;
  fetch?: FetchFunction;
}

/** https://docs.slack.dev/reference/objects/user-object; a field that a server leaves out is undefined. */
interface RawUser {
  id?: string;
  team_id?: string;
  name?: string;
  real_name?: string;
  profile?: { real_name?: string };
  locale?: string;
  tz?: string;
  deleted?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  is_bot?: boolean;
  is_workflow_bot?: boolean;
}

/** https://docs.slack.dev/reference/methods/usergroups.list */
interface RawGroup {
  id?: string;
  handle?: string;
  date_delete?: number;
  is_external?: boolean;
  user_count?: number | string;
  users?: string[];
}

/** Who is who, by the Web API: one try a call, every failure one of the Slack port's three faults. */
export function makeSlackDirectory({ timeoutMs = 5_000, ...options }: SlackDirectoryOptions): SlackDirectory {
  const call = makeSlackCall({ ...options, timeoutMs });
  return {
    async user(userId) {
      try {
        const args = { user: userId, include_locale: true };
        const { user } = await call<{ user?: RawUser }>('users.info', args);
        if (user?.id !== userId) throw unavailable('users.info', new Error('the answer is of somebody else'));
        return toUser(userId, user);
      } catch (error) {
        if (error instanceof SlackRefusedError && NOBODY.has(error.slackError)) return undefined;
        throw error;
      }
    },

    async users() {
      const found: SlackUser[] = [];
      const args = { include_locale: true, limit: USERS_A_PAGE };
      await eachPage<{ members?: RawUser[] }>(call, 'users.list', args, (page) => {
        if (!Array.isArray(page.members)) throw unavailable('users.list', new Error('there are no members'));
        for (const user of page.members) if (user.id) found.push(toUser(user.id, user));
      });
      return found;
    },

    async groups() {
      const { usergroups } = await call<{ usergroups?: RawGroup[] }>('usergroups.list', {
        include_users: true,
      });
      // An answer without its list would read as "nobody holds anything".
      if (!Array.isArray(usergroups)) throw unavailable('usergroups.list', new Error('there are no groups'));
      return usergroups.flatMap(toGroup);
    },
  };
}

function toUser(id: string, raw: RawUser): SlackUser {
  return {
    id,
    teamId: raw.team_id ?? '',
    name: raw.name ?? '',
    realName: raw.real_name ?? raw.profile?.real_name ?? raw.name ?? '',
    locale: raw.locale ?? null,
    timeZone: raw.tz ?? null,
    isDeleted: raw.deleted === true,
    isGuest: raw.is_restricted === true || raw.is_ultra_restricted === true,
    isStranger: raw.is_stranger === true,
    isBot: raw.is_bot === true || raw.is_workflow_bot === true || id === 'USLACKBOT',
  };
}

/** Groups of other organisations, which may have our handles, and disabled ones are left out. */
function toGroup(raw: RawGroup): SlackGroup[] {
  if (!raw.id || !raw.handle || raw.is_external === true || (raw.date_delete ?? 0) !== 0) return [];
  const userIds = raw.users ?? (Number(raw.user_count) === 0 ? [] : undefined);
  if (userIds === undefined) {
    throw unavailable('usergroups.list', new Error(`the members of ${raw.handle} are missing`));
  }
  return [{ id: raw.id, handle: raw.handle, userIds }];
}
