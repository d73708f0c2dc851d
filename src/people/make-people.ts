import { describeError } from '../errors.ts';
import type { PeopleDeps, PeopleState } from './deps.ts';
import { makeIdentify } from './identify.ts';
import { makeNoteRefusal } from './note-refusal.ts';
import { makeRefresher } from './refresh.ts';
import { localeFrom } from './rules.ts';
import { readDatabaseTime } from './snapshot.ts';
import { readLocale } from './store.ts';
import type { People } from './types.ts';

/** How often a process looks whether a refresh is due; a process that died with it in hand costs no more than this. */
const LOOK_EVERY_MS = 5_000;

export interface RunningPeople extends People {
  /** Keeps the snapshot young in the background, beginning now. */
  start(): void;
  /** Ends the background and waits for what is under way. */
  stop(): Promise<void>;
  /** Reads what is due, unless another process does. */
  refresh(): Promise<void>;
}

/** Who is who and may do what, from Slack and the policy, through a snapshot that all processes share. */
export function makePeople(deps: PeopleDeps): RunningPeople {
  const underWay = new Set<Promise<void>>();
  let since: Promise<Date> | undefined;
  let stopping = false;
  const state: PeopleState = {
    ...deps,
    since() {
      // A failure is not kept.
      since ??= readDatabaseTime(deps.pool).catch((error: unknown) => {
        since = undefined;
        throw error;
      });
      return since;
    },
    isStopping: () => stopping,
    later(what, work) {
      const heard = work.then(
        () => undefined,
        (error: unknown) => deps.log.warn({ detail: describeError(error) }, what),
      );
      underWay.add(heard);
      void heard.finally(() => underWay.delete(heard));
    },
  };
  const refresher = makeRefresher(state);
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> | undefined;

  function look(): void {
    if (current !== undefined) return;
    current = refresher
      .refresh()
      .catch((error: unknown) =>
        deps.log.error({ detail: describeError(error) }, 'a refresh of the roles failed'),
      )
      .finally(() => {
        current = undefined;
      });
  }

  return {
    identify: makeIdentify(state),
    noteRefusal: makeNoteRefusal(deps),
    localeOf: async (userId) => localeFrom(await readLocale(deps.pool, userId)),
    refresh: () => refresher.refresh(),
    start() {
      look();
      timer = setInterval(look, LOOK_EVERY_MS);
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await current;
      await Promise.all(underWay);
    },
  };
}
