import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceClock, waitForIdle, type AdvanceOptions } from '../../sandbox/advance.ts';
import { openSandboxClock, type SandboxClock } from '../../sandbox/clock.ts';
import { clockRoutes } from '../../sandbox/control.ts';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { plantBreaks, type PlantedBreak } from '../../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { openLocalPager } from '../../sandbox/pager/pager.ts';
import { startPlatform, type RunningPlatform } from '../../sandbox/platform/server.ts';
import { jsonRoute, platformRoutes } from '../../sandbox/routes.ts';
import {
  SEED,
  STARTS_AT,
  pagerKeys,
  pagerUrl,
  platformToken,
  sandboxPolicy,
} from '../../sandbox/settings.ts';
import type { RouteHandler } from '../../sandbox/slack/http.ts';
import { startWorkspace, type RunningWorkspace } from '../../sandbox/slack/start-workspace.ts';
import { openSliFaults } from '../../sandbox/sli-faults.ts';
import { generateSigningKey } from '../../src/audit/keys.ts';
import { parseConfig } from '../../src/config.ts';
import { makeLog } from '../../src/log.ts';
import { startApp, type RunningApp } from '../../src/main.ts';
import { spawnApp, type AppChild } from './app-child.ts';
import { loggedCalls, refusedCalls } from './channel.ts';
import {
  createBareDatabase,
  createFinanceDatabase,
  createOurDatabase,
  type TestDatabase,
} from './databases.ts';
import { manifestScopes } from './manifest.ts';

/** The whole outside world of the app, small and quick, with nobody on it yet. */
export interface Stage {
  ours: TestDatabase;
  finance: TestDatabase;
  clock: SandboxClock;
  workspace: RunningWorkspace;
  /** The stand-in payment platform on the stage's finance database. */
  platform: RunningPlatform;
  planted: PlantedBreak[];
  /** The environment of an app on this stage, as `mutabik start` reads it. */
  environment: Record<string, string>;
  /** The app in this process; the newest one is who the workspace sends its requests to. */
  startApp(): Promise<RunningApp>;
  /** The app in a process of its own; `alone` as `npm start` has it: what earlier processes held is free at once. */
  spawnApp(options?: { alone?: boolean }): Promise<AppChild>;
  /** Moves the clock from one due moment to the next. */
  advanceTo(iso: string): Promise<void>;
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** 0.05, about 1,000 payments, unless told. */
  scale?: number;
  limits?: 'slack' | 'off';
  /** False: a platform without a break. */
  planted?: boolean;
  /** How the workspace reaches the app: signed requests unless told. */
  transport?: 'http' | 'socket';
  /** Words of refusals that a test means to cause; any other fails it. */
  meantRefusals?: readonly string[];
  /** The stuck check runs every five minutes; unless told it does not, since most tests are about something else. */
  checks?: boolean;
  /** Service levels are read every minute, payouts at risk looked for, weeks reported; unless told they are not. */
  slo?: boolean;
  /** Changes the text of the policy. */
  policy?: (text: string) => string;
  /** The files of the sandbox's page, to be served at the workspace's address; then it can move the clock as well. */
  page?: ReadonlyMap<string, RouteHandler>;
}

/** About 1,000 payments of a month, every planted break, and the local workspace. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const log = makeLog(process.env['LOG_LEVEL'] ?? 'silent');
  const [ours, finance, own] = await Promise.all([
    createOurDatabase(),
    createFinanceDatabase(),
    createBareDatabase(),
  ]);
  await seedFinance({
    ownerUrl: finance.ownerUrl,
    seed: SEED,
    startAt: STARTS_AT,
    scale: options.scale ?? 0.05,
    // Most rows of a small database would be these, and nobody reads them where service levels stand still.
    sliDays: options.slo === true ? 30 : 1,
    log,
  });
  const planted = options.planted === false ? [] : await plantBreaks(finance.pool);
  const clock = await openSandboxClock({ databaseUrl: own.ownerUrl, startAt: STARTS_AT, log });
  const secrets = { signingSecret: randomBytes(16).toString('hex'), botToken: 'xoxb-test' };
  const appToken = options.transport === 'socket' ? 'xapp-test' : undefined;
  const keys = pagerKeys(secrets);
  const pager = await openLocalPager({ pool: own.pool, clock, keys });
  const platform = await startPlatform({
    port: 0,
    pool: finance.pool,
    clock,
    token: platformToken(secrets),
    log,
  });
  const sliFaults = await openSliFaults({ pool: finance.pool, clock, log });
  let idle = async (): Promise<void> => undefined;
  const advance: AdvanceOptions = {
    clock,
    pool: ours.pool,
    workspaceIdle: () => idle(),
    liveUntil: async (until) => {
      await sliFaults.settle(until);
      await liveUntil(finance.pool, until);
    },
  };
  const routes = platformRoutes({ finance: finance.pool, platform, clock });
  if (options.page !== undefined) routes.push(...clockRoutes(advance));
  const workspace = await startWorkspace({
    databaseUrl: own.ownerUrl,
    port: 0,
    clock,
    log,
    limits: options.limits ?? 'off',
    scopes: manifestScopes(),
    app: { eventsUrl: () => null, ...secrets, ...(appToken === undefined ? {} : { appToken }) },
    routes: new Map([
      ...(options.page ?? []),
      ...pager.routes,
      ...routes.map(([key, route]) => [key, jsonRoute(route)] as const),
    ]),
    otherFaults: async (order) =>
      pager.plant(order) || (await sliFaults.plant(order)) || (await platform.plant(order)),
  });
  idle = () => workspace.idle();
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-stage-'));
  const environment = {
    SLACK_BOT_TOKEN: secrets.botToken,
    ...(appToken === undefined
      ? { SLACK_SIGNING_SECRET: secrets.signingSecret }
      : { SLACK_APP_TOKEN: appToken }),
    SLACK_API_URL: workspace.apiUrl,
    PLATFORM_URL: platform.url,
    PLATFORM_TOKEN: platformToken(secrets),
    PAGER_URL: pagerUrl(workspace.apiUrl),
    PAGER_ROUTING_KEY: keys.routingKey,
    PAGER_SIGNING_SECRET: keys.signingSecret,
    DATABASE_URL: ours.url,
    FINANCE_DATABASE_URL: finance.url,
    AUDIT_SIGNING_KEY: generateSigningKey(),
    CLOCK_DATABASE_URL: own.ownerUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    POLICY_FILE: writePolicy(folder, options),
  };
  const children: AppChild[] = [];
  return {
    ours,
    finance,
    clock,
    workspace,
    platform,
    planted,
    environment,
    async startApp() {
      const app = await startApp({
        config: parseConfig(environment),
        policy: sandboxPolicy(environment.POLICY_FILE),
        clock,
        log,
      });
      workspace.setAppUrl(eventsUrl(app));
      return app;
    },
    async spawnApp({ alone = true } = {}) {
      const child = await spawnApp({ ...environment, ALONE: alone ? '1' : '0' });
      children.push(child);
      workspace.setAppUrl(eventsUrl(child));
      return child;
    },
    advanceTo: (iso) => advanceClock(advance, new Date(iso)),
    idle: () => waitForIdle(advance),
    async close() {
      for (const child of children) await child.kill();
      const meant = new Set(options.meantRefusals);
      const refused = refusedCalls(await loggedCalls(workspace)).filter(
        ({ error }) => !meant.has(error ?? ''),
      );
      await workspace.stop();
      await platform.stop();
      await sliFaults.stop();
      await clock.close();
      await Promise.all([ours.drop(), finance.drop(), own.drop()]);
      rmSync(folder, { recursive: true, force: true });
      // No test may leave behind a call that the workspace refused, unless it planted the fault.
      if (refused.length > 0) throw new Error(`refused calls: ${JSON.stringify(refused, null, 2)}`);
    },
  };
}

const eventsUrl = ({ port }: { port: number }): string => `http://127.0.0.1:${port}/slack/events`;

/**
 * The example policy. Against the small volume of a stage its breaks would be many (R30), which has its own tests; and
 * thirty escalations that climb through a day of a test take longer than all the rest of it: two do, and one together.
 */
function writePolicy(
  folder: string,
  {
    policy: change = (text) => text,
    checks = false,
    slo = false,
  }: Pick<StageOptions, 'policy' | 'checks' | 'slo'>,
): string {
  const example = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  const file = join(folder, 'policy.yml');
  const quiet = example
    .replace(/breaks_share_of_volume: .*/, 'breaks_share_of_volume: "1"')
    .replace(/most_at_once: .*/, 'most_at_once: 2');
  const never = '{ cron: "0 0 1 1 *"';
  let text = checks ? quiet : quiet.replace('check: { cron: "*/5 * * * *"', `check: ${never}`);
  if (!slo)
    text = text
      .replace('snapshot: { cron: "* * * * *"', `snapshot: ${never}`)
      .replace('risk: { check: { cron: "*/5 * * * *"', `risk: { check: ${never}`)
      .replace('report: { cron: "0 10 * * 1"', `report: ${never}`);
  writeFileSync(file, change(text));
  return file;
}
