import { makeFrontDoor } from '../handlers/index.ts';
import { registerListeners } from '../handlers/register.ts';
import { startHeartbeat } from './adapters/heartbeat.ts';
import { makeSlackViews } from './adapters/slack-views.ts';
import { makeSlack } from './adapters/slack-web.ts';
import { missedSlotsAlert } from './alerts/missed-slots.ts';
import { makeCards, type Cards } from './cards/make-cards.ts';
import type { Config } from './config.ts';
import { checkSchema, describeSchemaProblem } from './database/check-schema.ts';
import { makePool, type Pool } from './database/pool.ts';
import { AppError } from './errors.ts';
import { makeFinancePool } from './finance/connect.ts';
import { makeJobs, type Jobs } from './jobs/make-jobs.ts';
import { makePruneSchedule, makePruneTask } from './jobs/prune.ts';
import type { Log } from './log.ts';
import { registerCards } from './main/cards.ts';
import { composePeople, type PeopleParts } from './main/people.ts';
import { makeReconciliation } from './main/reconciliation.ts';
import { makeMetrics, type Metrics } from './metrics.ts';
import type { People } from './people/types.ts';
import type { Policy } from './policy.ts';
import type { Clock, Slack } from './ports.ts';
import { checkReadiness } from './readiness.ts';

export interface AppOptions {
  config: Config;
  policy: Policy;
  clock: Clock;
  log: Log;
  /** No other process works on this database: what earlier ones held is released at once. */
  alone?: boolean;
}

export interface RunningApp {
  port: number;
  /** This process among the replicas, as rows name it. */
  runnerId: string;
  /** Refuses new work, finishes what is under way, closes. */
  stop(): Promise<void>;
}

/**
 * Puts everything together and starts it: the front door first, so that probes answer, then the jobs. What began is
 * stopped again when a later part fails to start.
 */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { config, policy, log } = options;
  const pool = makePool(config.DATABASE_URL, { max: 14, applicationName: 'mutabik', log });
  const finance = makeFinancePool(config.FINANCE_DATABASE_URL, { schema: config.FINANCE_SCHEMA, log });
  const slack = makeSlack({ token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log });
  const stops: (() => Promise<unknown>)[] = [() => Promise.all([pool.end(), finance.end()])];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0)) await each();
  };
  try {
    await refuseWrongSchema(pool);
    const metrics = makeMetrics(pool);
    const cards = makeCards({
      pool,
      slack,
      log,
      kinds: registerCards(policy),
      channelOf: channelsOf(policy),
    });
    const people = composePeople({
      ...options,
      pool,
      slack,
      onRefused: (why) => metrics.count('people_refused', why),
    });
    const jobs = composeJobs(options, { pool, finance, cards, people, metrics });
    const door = openDoor(options, { pool, slack, jobs, people: people.people, metrics });
    const { port } = await door.start({ host: config.HOST, port: config.PORT });
    stops.unshift(
      () => door.stop(),
      () => people.people.stop(),
      () => jobs.stop(),
    );
    people.people.start();
    await jobs.start();
    const stopHeartbeat = heartbeat(config, jobs, log);
    stops.unshift(async () => stopHeartbeat());
    return { port, runnerId: jobs.runnerId, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function refuseWrongSchema(pool: Pool): Promise<void> {
  const wrong = describeSchemaProblem(await checkSchema(pool));
  if (wrong !== undefined) throw new AppError('config_invalid', wrong, { retryable: false });
}

function channelsOf(
  policy: Policy,
): (name: string) => Policy['channels'][keyof Policy['channels']] | undefined {
  const channels = new Map(Object.entries(policy.channels));
  return (name) => channels.get(name);
}

function composeJobs(
  options: AppOptions,
  parts: { pool: Pool; finance: Pool; cards: Cards; people: PeopleParts; metrics: Metrics },
): Jobs {
  const { policy, config, clock, log } = options;
  const reconciliation = makeReconciliation({ ...parts, policy, config, log });
  return makeJobs({
    pool: parts.pool,
    clock,
    log,
    kinds: [
      ...parts.cards.taskKinds,
      ...reconciliation.taskKinds,
      ...parts.people.taskKinds,
      makePruneTask(parts.pool),
    ],
    schedules: [
      ...reconciliation.schedules,
      ...parts.people.schedules,
      makePruneSchedule(policy.business.time_zone),
    ],
    policyHash: policy.hash,
    ...(options.alone === undefined ? {} : { alone: options.alone }),
    onFailed: async (tx, failure) => {
      await reconciliation.onTaskFailed(tx, failure);
      await parts.cards.onTaskFailed(tx, failure);
    },
    onMissed: missedSlotsAlert(clock),
    onSettled: (kind, as, ms) => parts.metrics.taskSettled(kind, as, ms),
  });
}

function openDoor(
  options: AppOptions,
  parts: { pool: Pool; slack: Slack; jobs: Jobs; people: People; metrics: Metrics },
): ReturnType<typeof makeFrontDoor> {
  const { config, log } = options;
  return makeFrontDoor({
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    botToken: config.SLACK_BOT_TOKEN,
    slackApiUrl: config.SLACK_API_URL,
    slack: parts.slack,
    probes: { readiness: () => checkReadiness(parts), metrics: () => parts.metrics.read() },
    onRefused: (reason) => parts.metrics.slackRefused(reason),
    attach: registerListeners({
      pool: parts.pool,
      clock: options.clock,
      policy: options.policy,
      log,
      people: parts.people,
      views: makeSlackViews({ token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log }),
    }),
    log,
  });
}

function heartbeat(config: Config, jobs: Jobs, log: Log): () => void {
  if (config.HEARTBEAT_URL === undefined) return () => undefined;
  return startHeartbeat(config.HEARTBEAT_URL, async () => (await jobs.health()).working, log);
}
