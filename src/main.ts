import { makeFrontDoor } from '../handlers/index.ts';
import { registerListeners } from '../handlers/register.ts';
import { startHeartbeat } from './adapters/heartbeat.ts';
import { makeSlackViews } from './adapters/slack-views.ts';
import { makeSlack } from './adapters/slack-web.ts';
import { missedSlotsAlert } from './alerts/missed-slots.ts';
import { permalinkOf } from './cards/draw-card.ts';
import { makeCards, type Cards } from './cards/make-cards.ts';
import type { Config } from './config.ts';
import { checkSchema, describeSchemaProblem } from './database/check-schema.ts';
import { makePool, type Pool, type Tx } from './database/pool.ts';
import { AppError } from './errors.ts';
import { makeFinancePool } from './finance/connect.ts';
import { makeJobs, type Jobs } from './jobs/make-jobs.ts';
import { makePruneSchedule, makePruneTask } from './jobs/prune.ts';
import type { PayoutsOf } from './findings/deps.ts';
import type { Log } from './log.ts';
import { registerCards } from './main/cards.ts';
import { composeMoney, type MoneyParts } from './main/money.ts';
import { payoutCards } from './main/payouts.ts';
import { makeEscalations, type EscalationParts } from './main/escalations.ts';
import { composeOverrides, type OverrideParts } from './main/overrides.ts';
import { composePager, type PagerParts } from './main/pager.ts';
import { composePeople, type PeopleParts } from './main/people.ts';
import { composeFindings, type FindingsComposition } from './main/findings.ts';
import { makeReconciliation, type Reconciliation } from './main/reconciliation.ts';
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
  const { config, log } = options;
  const pool = makePool(config.DATABASE_URL, { max: 14, applicationName: 'mutabik', log });
  const finance = makeFinancePool(config.FINANCE_DATABASE_URL, { schema: config.FINANCE_SCHEMA, log });
  const stops: (() => Promise<unknown>)[] = [() => Promise.all([pool.end(), finance.end()])];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0)) await each();
  };
  try {
    await refuseWrongSchema(pool);
    const parts = composeParts(options, { pool, finance });
    stops.unshift(() => parts.money.close());
    const { people } = parts.people;
    const jobs = composeJobs(options, parts);
    const door = openDoor(options, { ...parts, jobs, people });
    const { port } = await door.start({ host: config.HOST, port: config.PORT });
    stops.unshift(
      () => door.stop(),
      () => people.stop(),
      () => jobs.stop(),
    );
    people.start();
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

/** Everything that jobs and the front door share. */
interface Parts {
  pool: Pool;
  finance: Pool;
  slack: Slack;
  cards: Cards;
  people: PeopleParts;
  pager: PagerParts;
  escalations: EscalationParts;
  money: MoneyParts;
  overrides: OverrideParts;
  findings: FindingsComposition;
  reconciliation: Reconciliation;
  metrics: Metrics;
}

function composeParts(options: AppOptions, pools: { pool: Pool; finance: Pool }): Parts {
  const { config, policy, log } = options;
  const { pool } = pools;
  const metrics = makeMetrics(pool);
  const pager = composePager({ ...options, pool, onSettled: (state) => metrics.count('pages', state) });
  const slack = makeSlack({
    token: config.SLACK_BOT_TOKEN,
    apiUrl: config.SLACK_API_URL,
    log,
    onOutcome: pager.onOutcome,
  });
  const onRefused = (why: string) => metrics.count('people_refused', why);
  const people = composePeople({ ...options, pool, slack, onRefused });
  const escalations = makeEscalations({
    pool,
    policy,
    slack,
    page: pager.requestPage,
    onTold: (severity) => metrics.count('escalation_steps', severity),
  });
  const afterFindings = (tx: Tx, now: Date) => escalations.afterFindings(tx, now);
  const escalationOf: EscalationParts['escalationOf'] = (db, finding) =>
    escalations.escalationOf(db, finding);
  const money = composeMoney({
    ...options,
    ...pools,
    afterFindings,
    escalationOf,
    onSeen: (what, count) => metrics.count('payouts_seen', what, count),
    onSettled: ({ action, state }) => metrics.count('operations', `${action} ${state}`),
  });
  const findings = composeFindings({
    pool,
    policy,
    slack,
    afterFindings,
    onActivity: (tx, now, activity) => escalations.onActivity(tx, now, activity),
    escalationOf,
    payoutsOf: (db, payments) => money.payouts.payoutsOf(db, payments),
    onAct: (act) => metrics.count('finding_acts', act),
  });
  const overrides = composeOverrides({
    pool,
    policy,
    config,
    log,
    kinds: money.overrideKinds,
    platform: money.platform,
    people: people.people,
    findings: findings.findings,
    onChange: (what) => metrics.count('overrides', what),
  });
  const reconciliation = makeReconciliation({
    ...pools,
    policy,
    config,
    log,
    afterFindings,
    beforeScan: (context) => money.payouts.askAhead(context),
  });
  const made = { ...pools, slack, pager, money, overrides };
  const cards = composeCards(options, made);
  return { ...made, cards, people, escalations, findings, reconciliation, metrics };
}

function composeCards(
  { policy, log }: AppOptions,
  { pool, slack, pager, money, overrides }: Pick<Parts, 'pool' | 'slack' | 'pager' | 'money' | 'overrides'>,
): Cards {
  const payoutsOf: PayoutsOf = (db, payments) => money.payouts.payoutsOf(db, payments);
  return makeCards({
    pool,
    slack,
    log,
    kinds: [...registerCards(policy, { payoutsOf }), ...payoutCards(money.payouts.show), ...overrides.cards],
    channelOf: channelsOf(policy),
    waitUntil: () => pager.waitUntil(),
  });
}

function channelsOf(
  policy: Policy,
): (name: string) => Policy['channels'][keyof Policy['channels']] | undefined {
  const channels = new Map(Object.entries(policy.channels));
  return (name) => channels.get(name);
}

function composeJobs(options: AppOptions, parts: Parts): Jobs {
  const { policy, clock, log } = options;
  const { reconciliation } = parts;
  const pager = parts.pager.tasks(parts.slack);
  return makeJobs({
    pool: parts.pool,
    clock,
    log,
    kinds: [
      ...parts.cards.taskKinds,
      ...reconciliation.taskKinds,
      ...parts.findings.taskKinds,
      ...parts.people.taskKinds,
      ...pager.taskKinds,
      ...parts.escalations.taskKinds,
      ...parts.money.taskKinds,
      ...parts.overrides.taskKinds,
      makePruneTask(parts.pool),
    ],
    schedules: [
      ...reconciliation.schedules,
      ...parts.people.schedules,
      ...pager.schedules,
      ...parts.escalations.schedules,
      ...parts.money.schedules,
      makePruneSchedule(policy.business.time_zone),
    ],
    policyHash: policy.hash,
    ...(options.alone === undefined ? {} : { alone: options.alone }),
    onFailed: async (tx, failure) => {
      await reconciliation.onTaskFailed(tx, failure);
      await parts.money.operations.onTaskFailed(tx, failure);
      await parts.overrides.onTaskFailed(tx, failure);
      if (await parts.money.payouts.onTaskFailed(tx, failure)) return;
      if (await parts.pager.onTaskFailed(tx, failure)) return;
      await parts.cards.onTaskFailed(tx, failure);
    },
    onMissed: missedSlotsAlert(clock, policy),
    onSettled: (kind, as, ms) => parts.metrics.taskSettled(kind, as, ms),
  });
}

function openDoor(
  options: AppOptions,
  parts: Omit<Parts, 'people'> & { jobs: Jobs; people: People },
): ReturnType<typeof makeFrontDoor> {
  const { config, log } = options;
  const linkTo = async (message: Parameters<typeof permalinkOf>[1]) =>
    permalinkOf((await parts.slack.identity()).url, message);
  return makeFrontDoor({
    appToken: config.SLACK_APP_TOKEN,
    signingSecret: config.SLACK_SIGNING_SECRET,
    botToken: config.SLACK_BOT_TOKEN,
    slackApiUrl: config.SLACK_API_URL,
    slack: parts.slack,
    probes: { readiness: () => checkReadiness(parts), metrics: () => parts.metrics.read() },
    onRefused: (reason) => parts.metrics.slackRefused(reason),
    attach: registerListeners(
      {
        pool: parts.pool,
        clock: options.clock,
        policy: options.policy,
        log,
        people: parts.people,
        views: makeSlackViews({ token: config.SLACK_BOT_TOKEN, apiUrl: config.SLACK_API_URL, log }),
      },
      {
        escalations: parts.escalations.deps,
        payouts: {
          show: parts.money.payouts.show,
          escalations: parts.escalations.deps,
          linkTo,
          noteForged: ({ clicker, id }, _person, action) =>
            parts.people.noteRefusal({ clicker, why: 'forged', action, subject: { kind: 'payout', id } }),
          onEscalated: (id, now) => parts.money.payouts.onEscalated(id, now),
        },
        overrides: { deps: parts.overrides.deps, linkTo },
        recon: { ...parts.findings, startRun: (now, request) => parts.reconciliation.startRun(now, request) },
        home: { ...parts.findings, permalinks: () => permalinksOf(parts.slack) },
      },
    ),
    log,
  });
}

async function permalinksOf(
  slack: Slack,
): Promise<(message: Parameters<typeof permalinkOf>[1]) => string | null> {
  const { url } = await slack.identity();
  return (message) => permalinkOf(url, message);
}

function heartbeat(config: Config, jobs: Jobs, log: Log): () => void {
  if (config.HEARTBEAT_URL === undefined) return () => undefined;
  return startHeartbeat(config.HEARTBEAT_URL, async () => (await jobs.health()).working, log);
}
