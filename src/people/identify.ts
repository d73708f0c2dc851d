import { AppError, describeError } from '../errors.ts';
import type { SlackGroup, SlackUser } from '../ports.ts';
import type { Locale } from '../texts.ts';
import { within } from './deadline.ts';
import type { PeopleState } from './deps.ts';
import {
  decideIdentity,
  FRESH_MS,
  isOfAnotherTeam,
  localeFrom,
  usesGroups,
  type Evidence,
  type GroupName,
} from './rules.ts';
import { makeSharedCall } from './share-call.ts';
import { storeReading } from './store-reading.ts';
import { forgetUser, readKnownUser, saveUser, type KnownUser } from './store.ts';
import type { Clicker, Identified, People } from './types.ts';

/** All that a click has for this, database included: Slack waits three seconds for its answer. */
const LIMIT_MS = 700;
/** After a failure the groups are not asked for again at every click: 20 calls a minute are allowed, to all replicas. */
const GROUPS_PAUSE_MS = 10_000;

/** Who clicked: from what is known if it is young enough, else by one short call; what can't be had is `unreadable`. */
export function makeIdentify(state: PeopleState): People['identify'] {
  const askUser = makeAskUser(state);
  const askGroups = makeAskGroups(state);
  return async (clicker) => {
    let locale: Locale = 'en';
    const unreadable = (): Identified => ({ ok: false, why: 'unreadable', locale });
    return await within(LIMIT_MS, identify(), unreadable);

    async function identify(): Promise<Identified> {
      const known = await readKnownUser(state.pool, clicker.userId);
      locale = localeFrom(known.user?.locale);
      const evidence = await gather(known);
      if (evidence === undefined) return unreadable();
      const decided = decideIdentity(state.policy, evidence);
      return decided.ok || typeof evidence.user === 'object' ? decided : { ...decided, locale };
    }

    async function gather(known: KnownUser): Promise<Evidence | undefined> {
      const ourTeamId = await orUndefined(state, state.ourTeamId());
      if (ourTeamId === undefined) return undefined;
      const common = { clicker, ourTeamId, names: known.names };
      // Nobody of another workspace costs a call.
      if (isOfAnotherTeam(clicker.teamId, ourTeamId)) {
        return { ...common, user: 'nobody', memberOf: 'unreadable' };
      }
      const [user, memberOf] = await Promise.all([
        isFresh(known.userAgeMs) && known.user !== null ? known.user : askUser(clicker, known),
        readMemberOf(known),
      ]);
      return { ...common, user, memberOf };
    }

    async function readMemberOf(known: KnownUser): Promise<readonly GroupName[] | 'unreadable'> {
      if (!usesGroups(state.policy.roles)) return [];
      if (isFresh(known.groupsAgeMs)) return known.memberOf;
      const groups = await askGroups(known);
      return groups?.filter(({ userIds }) => userIds.includes(clicker.userId)) ?? 'unreadable';
    }
  };
}

function isFresh(ageMs: number | null): boolean {
  return ageMs !== null && ageMs < FRESH_MS;
}

/** One call for all clicks of one person that wait for it. */
function makeAskUser(state: PeopleState): (clicker: Clicker, known: KnownUser) => Promise<Evidence['user']> {
  const share = makeSharedCall<SlackUser | 'nobody'>();
  return async ({ userId }, { at, userReadAt }) =>
    (await share(userId, userReadAt, () => ask(userId, at))) ?? 'unreadable';

  async function ask(userId: string, checkedAt: Date): Promise<SlackUser | 'nobody' | undefined> {
    const answer = await orUndefined(
      state,
      state.quickDirectory.user(userId).then((user) => ({ user })),
    );
    if (answer === undefined) return undefined;
    state.later('a person was not kept', keep(userId, answer.user, checkedAt));
    return answer.user ?? 'nobody';
  }

  async function keep(userId: string, user: SlackUser | undefined, checkedAt: Date): Promise<void> {
    if (user === undefined) await forgetUser(state.pool, userId);
    else await saveUser(state.pool, user, { checkedAt, clicked: true });
  }
}

/** One call for all clicks that wait for it; undefined when it fails, or failed a moment ago. */
function makeAskGroups(state: PeopleState): (known: KnownUser) => Promise<readonly SlackGroup[] | undefined> {
  const share = makeSharedCall<readonly SlackGroup[]>();
  let notBeforeMs = 0;
  return ({ at, groupsReadAt }) => share('groups', groupsReadAt, () => ask(at));

  async function ask(readAt: Date): Promise<readonly SlackGroup[] | undefined> {
    if (performance.now() < notBeforeMs) return undefined;
    const groups = await orUndefined(state, state.quickDirectory.groups(), (error) => {
      notBeforeMs = performance.now() + Math.max(GROUPS_PAUSE_MS, error.retryAfterMs ?? 0);
    });
    if (groups !== undefined) {
      state.later('a reading of the groups was not kept', storeReading(state, { readAt, groups }));
    }
    return groups;
  }
}

/** A Slack that doesn't answer is no fault of the click's: it is what refuses it. */
async function orUndefined<T>(
  { log }: PeopleState,
  work: Promise<T>,
  onFault: (error: AppError) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.info({ detail: describeError(error) }, 'who clicked could not be read');
    onFault(error);
    return undefined;
  }
}
