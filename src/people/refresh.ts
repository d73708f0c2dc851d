import { AppError, describeError } from '../errors.ts';
import type { SlackGroup } from '../ports.ts';
import type { PeopleState } from './deps.ts';
import { knownMembersOf, namesIn, watched } from './holders.ts';
import { plainName } from './who-is-who.ts';
import type { NameBook } from './rules.ts';
import * as snapshots from './snapshot.ts';
import { forgetUser, listDueUsers, saveUser } from './store.ts';
import { storeReading } from './store-reading.ts';

/** Real time between two readings, whichever process makes them. docs.slack.dev/reference/methods/usergroups.list: 20 a minute */
const EVERY_MS = 20_000;
/** Names are no authority by themselves: users.info of the id decides. */
const NAMES_EVERY_MS = 10 * 60_000;
/** However much is missing: a workspace of thousands takes many calls, and two processes may want other names. */
const NAMES_PAUSE_MS = 60_000;
/** At three refreshes a minute 30 calls of users.info, of the 100 that Slack allows; the others are for clicks. */
const USERS_AT_ONCE = 10;

export interface Refresher {
  /** Reads what is due unless another process does; never throws for a Slack that doesn't answer. */
  refresh(): Promise<void>;
}

/** Keeps the snapshot of groups, names and users young. What fails is said once, and again when it fails otherwise. */
export function makeRefresher(state: PeopleState): Refresher {
  const { pool, log, policy, directory } = state;
  const said = new Map<string, string>();
  let namesNotBeforeMs = 0;
  const wanted = watched(policy);

  /** What `read` gives; undefined when Slack doesn't. */
  async function attempt<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await read();
      if (said.delete(what)) log.info({ what }, 'Slack can be asked again');
      return result;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const detail = describeError(error);
      if (said.get(what) !== detail) log.warn({ what, detail }, 'Slack does not say who is who');
      said.set(what, detail);
      await snapshots.postponeRefresh(pool, Math.max(EVERY_MS, error.retryAfterMs ?? 0));
      return undefined;
    }
  }

  async function readGroups(): Promise<readonly SlackGroup[] | undefined> {
    if (wanted.groups.length === 0) return undefined;
    return await attempt('groups', () => directory.groups());
  }

  async function readNames(): Promise<NameBook | undefined> {
    const names = namesIn(policy);
    if (names.length === 0 || performance.now() < namesNotBeforeMs) return undefined;
    const [book, ageMs] = [await snapshots.readBook(pool), await snapshots.readNamesAgeMs(pool)];
    const isDue = ageMs === null || ageMs > NAMES_EVERY_MS || names.some((name) => !book.names.has(name));
    if (!isDue) return undefined;
    namesNotBeforeMs = performance.now() + NAMES_PAUSE_MS;
    return await attempt('names', async () => await ownersOf(names, state));
  }

  return {
    async refresh() {
      // Also when another process reads: whose policy is the newest is told from when each began.
      await state.since();
      const readAt = await snapshots.claimRefresh(pool, EVERY_MS);
      if (readAt === null) return;
      const groups = await readGroups();
      const names = state.isStopping() ? undefined : await readNames();
      await storeReading(state, {
        readAt,
        ...(groups === undefined ? {} : { groups }),
        ...(names === undefined ? {} : { names }),
      });
      const watchedIds = knownMembersOf(wanted, await snapshots.readBook(pool));
      await attempt('users', () => refreshUsers(state, watchedIds));
    },
  };
}

/** Whose these names are, among people of ours who may act at all. */
async function ownersOf(names: readonly string[], state: PeopleState): Promise<NameBook> {
  const [users, teamId] = [await state.directory.users(), await state.ourTeamId()];
  const owners = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const user of users) {
    const isOurs = user.teamId === '' || teamId === '' || user.teamId === teamId;
    if (isOurs && !user.isDeleted && !user.isStranger) owners.get(plainName(user.name))?.push(user.id);
  }
  return owners;
}

/** One after the other, stopped by the first fault: a Slack that limits us is not asked nine more times. */
async function refreshUsers(state: PeopleState, userIds: readonly string[]): Promise<void> {
  const { pool, directory } = state;
  for (const userId of await listDueUsers(pool, userIds, USERS_AT_ONCE)) {
    if (state.isStopping()) return;
    const checkedAt = await snapshots.readDatabaseTime(pool);
    const user = await directory.user(userId);
    if (user === undefined) await forgetUser(pool, userId);
    else await saveUser(pool, user, { checkedAt, clicked: false });
  }
}
