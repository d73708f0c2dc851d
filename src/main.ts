import { makeFrontDoor } from '../handlers/index.ts';
import { registerListeners, type VerbDeps } from '../handlers/register.ts';
import { startHeartbeat } from './adapters/heartbeat.ts';
import { makeSlackViews } from './adapters/slack-views.ts';
import { missedSlotsAlert } from './alerts/missed-slots.ts';
import { permalinkOf } from './cards/draw-card.ts';
import type { Config } from './config.ts';
import { checkSchema, describeSchemaProblem } from './database/check-schema.ts';
import { makePool, type Pool } from './database/pool.ts';
import { AppError } from './errors.ts';
import { makeFinancePool } from './finance/connect.ts';
import { makeJobs, type Jobs } from './jobs/make-jobs.ts';
import { makePruneSchedule, makePruneTask } from './jobs/prune.ts';
import type { Log } from './log.ts';
import { composeParts, type AppOptions, type Parts } from './main/parts.ts';
import type { People } from './people/types.ts';
import type { Slack } from './ports.ts';
import { checkReadiness } from './readiness.ts';

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
    stops.unshift(() => parts.slo.close());
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
      ...parts.exemptions.taskKinds,
      ...parts.actions.taskKinds,
      ...parts.slo.taskKinds,
      makePruneTask(parts.pool),
    ],
    schedules: [
      ...reconciliation.schedules,
      ...parts.people.schedules,
      ...pager.schedules,
      ...parts.escalations.schedules,
      ...parts.money.schedules,
      ...parts.exemptions.schedules,
      ...parts.actions.schedules,
      ...parts.slo.schedules,
      makePruneSchedule(policy.business.time_zone),
    ],
    policyHash: policy.hash,
    ...(options.alone === undefined ? {} : { alone: options.alone }),
    onFailed: async (tx, failure) => {
      await reconciliation.onTaskFailed(tx, failure);
      await parts.money.operations.onTaskFailed(tx, failure);
      await parts.overrides.onTaskFailed(tx, failure);
      await parts.exemptions.onTaskFailed(tx, failure);
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
  const overrides: VerbDeps['overrides'] = {
    deps: parts.overrides.deps,
    refuseExtension: (now, exemption, person) => parts.exemptions.refuseExtension(now, exemption, person),
    linkTo,
  };
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
        overrides,
        actions: parts.actions.deps,
        slo: {
          deps: parts.slo.deps,
          burns: parts.slo.burns,
          risk: parts.slo.risk,
          overrides,
          channels: parts.slack,
        },
        exemptions: { deps: parts.exemptions.deps, overrides, linkTo },
        recon: { ...parts.findings, startRun: (now, request) => parts.reconciliation.startRun(now, request) },
        home: { ...parts.findings, permalinks: () => permalinksOf(parts.slack), slos: parts.slo.deps.slos },
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
