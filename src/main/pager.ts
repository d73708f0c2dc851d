import { makePager } from '../adapters/pager.ts';
import type { OnOutcome } from '../adapters/slack-client.ts';
import type { Config } from '../config.ts';
import type { Pool, Tx } from '../database/pool.ts';
import type { Schedule, TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import { failPageTask, makePageTask } from '../pager/page-task.ts';
import { makeRequestPage, type RequestPage } from '../pager/request-page.ts';
import { makeSlackHealth } from '../pager/slack-health.ts';
import { makeWatchSchedule, makeWatchTask } from '../pager/watch-slack.ts';
import type { Policy } from '../policy.ts';
import type { Clock, Slack } from '../ports.ts';
import { makeTexts } from '../texts.ts';

export interface PagerParts {
  requestPage: RequestPage;
  /** For every client of Slack's: whether it answers. */
  onOutcome: OnOutcome;
  /** For cards: when to look again while Slack is out of reach. */
  waitUntil(): Promise<Date | null>;
  tasks(slack: Slack): { taskKinds: TaskKind<unknown>[]; schedules: Schedule[] };
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<boolean>;
}

/** The pager, and the watch that tells it when Slack is out of reach. */
export function composePager(options: {
  pool: Pool;
  clock: Clock;
  log: Log;
  policy: Policy;
  config: Config;
  onSettled(state: 'sent' | 'failed' | 'unconfigured'): void;
}): PagerParts {
  const { pool, clock, log, policy, config } = options;
  const { PAGER_URL: url, PAGER_ROUTING_KEY: routingKey, PAGER_SIGNING_SECRET: signingSecret } = config;
  if (url === undefined) log.warn('PAGER_URL is not set: what should wake somebody stays in the database');
  const requestPage = makeRequestPage({
    configured: url !== undefined,
    onUnconfigured({ dedupKey, action }) {
      log.warn({ page: dedupKey, action }, 'nobody is paged: PAGER_URL is not set');
      options.onSettled('unconfigured');
    },
  });
  const healthDeps = {
    pool,
    clock,
    log,
    requestPage,
    texts: makeTexts(policy.channels['ops-alerts'].locale),
    timeZone: policy.business.time_zone,
  };
  const health = makeSlackHealth(healthDeps);
  const pages =
    url === undefined
      ? []
      : [
          makePageTask({
            pool,
            onSettled: (state) => options.onSettled(state),
            pager: makePager({
              url,
              ...(routingKey === undefined ? {} : { routingKey }),
              ...(signingSecret === undefined ? {} : { signingSecret }),
            }),
          }) as TaskKind<unknown>,
        ];
  return {
    requestPage,
    onOutcome: (outcome, error) => (outcome === 'answered' ? health.answered() : health.unavailable(error)),
    waitUntil: () => health.waitUntil(),
    tasks: (slack) => ({
      taskKinds: [...pages, makeWatchTask({ ...healthDeps, slack }) as TaskKind<unknown>],
      schedules: [makeWatchSchedule(policy.business.time_zone)],
    }),
    onTaskFailed: failPageTask,
  };
}
