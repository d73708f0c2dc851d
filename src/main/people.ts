import { makeSlackDirectory } from '../adapters/slack-directory.ts';
import type { Config } from '../config.ts';
import type { Pool } from '../database/pool.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import { makePeople, type RunningPeople } from '../people/make-people.ts';
import { makePrunePeopleSchedule, makePrunePeopleTask } from '../people/prune.ts';
import type { Refused } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock, Slack } from '../ports.ts';

/** A click gives up after 700 ms in all; a call that outlives it is of no use. */
const CLICK_CALL_MS = 700;

export interface PeopleParts {
  people: RunningPeople;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
}

/** Who clicked, with a patient client for the background and a hasty one for clicks. */
export function composePeople(options: {
  pool: Pool;
  slack: Slack;
  policy: Policy;
  config: Config;
  clock: Clock;
  log: Log;
  onRefused?(why: Refused): void;
}): PeopleParts {
  const { pool, slack, policy, config, clock, log } = options;
  const client = { token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log };
  const people = makePeople({
    pool,
    clock,
    log,
    policy,
    directory: makeSlackDirectory(client),
    quickDirectory: makeSlackDirectory({ ...client, timeoutMs: CLICK_CALL_MS }),
    ourTeamId: async () => (await slack.identity()).teamId,
    onRefused: (why) => options.onRefused?.(why),
  });
  return {
    people,
    taskKinds: [makePrunePeopleTask(pool) as TaskKind<unknown>],
    schedules: [makePrunePeopleSchedule(policy.business.time_zone)],
  };
}
