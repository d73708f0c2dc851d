import type { Log } from '../src/log.ts';
import { startApp, type RunningApp } from '../src/main.ts';
import { migrate } from '../src/database/migrate.ts';
import type { Policy } from '../src/policy.ts';
import { makePool, type Pool } from '../src/database/pool.ts';
import type { AdvanceOptions } from './advance.ts';
import { openSandboxClock, type SandboxClock } from './clock.ts';
import { makeDatabases, type SandboxDatabases } from './databases.ts';
import { liveUntil } from './data/live-until.ts';
import { lockHome, openHome, type SandboxHome } from './home.ts';
import { makeLife } from './life.ts';
import { startPlatform, type RunningPlatform } from './platform/server.ts';
import { choosePorts, type SandboxPorts } from './ports.ts';
import { launchPostgres } from './postgres/launch.ts';
import { prepareData } from './prepare-data.ts';
import type { Ready } from './running.ts';
import { openLocalPager } from './pager/pager.ts';
import { sandboxRoutes } from './routes.ts';
import { openSliFaults, type SliFaults } from './sli-faults.ts';
import {
  pagerKeys,
  platformToken,
  sandboxAppToken,
  sandboxConfig,
  sandboxPolicy,
  STARTS_AT,
  type SandboxTransport,
} from './settings.ts';
import { startWorkspace, type RunningWorkspace } from './slack/start-workspace.ts';

export interface SandboxOptions {
  home: string;
  environment: Record<string, string | undefined>;
  fresh: boolean;
  /** False: everything but the app, for processes that join or are added by a test. */
  app: boolean;
  /** How the workspace reaches the app: signed requests, or Socket Mode. */
  transport: SandboxTransport;
  log: Log;
  /** What a person waiting for the start is told. */
  say: (line: string) => void;
}

export interface RunningSandbox {
  ready: Ready;
  stop(): Promise<void>;
}

/** What was started, to be stopped in the opposite order. */
type Stops = (() => Promise<void>)[];

/** Starts the whole product on this machine. What began is stopped again when a later part fails to start. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const stops: Stops = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    // Before the ports: of a sandbox that runs here already, its taken ports are not what is wrong.
    const lock = await lockHome(options.home);
    stops.push(async () => lock.unlock());
    const ports = await choosePorts(options.environment);
    const policy = sandboxPolicy(options.environment['POLICY_FILE']);
    const home = openHome(options.home, { fresh: options.fresh });
    const ready = await startParts(options, { home, ports, policy }, stops);
    return { ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: SandboxOptions,
  { home, ports, policy }: { home: SandboxHome; ports: SandboxPorts; policy: Policy },
  stops: Stops,
): Promise<Ready> {
  const { log, say } = options;
  say('Starting PostgreSQL');
  const postgres = await launchPostgres({
    dataDir: home.dataDir,
    superuserPassword: home.secrets.superuserPassword,
    // Nothing here is worth waiting for a disk; a killed process loses nothing, only a power cut might.
    settings: { synchronous_commit: 'off', max_connections: '200' },
  });
  stops.push(() => postgres.stop());
  const databases = await makeDatabases(postgres, home.secrets);
  await migrate({ ownerUrl: databases.owner, appRole: 'mutabik_app', log });
  await prepareData(databases, { log, say });

  const clock = await openSandboxClock({ databaseUrl: databases.sandbox, startAt: STARTS_AT, log });
  stops.push(() => clock.close());
  const pools = openPools(databases, log);
  stops.push(() => pools.close());
  const life = makeLife(pools.finance, clock, log);
  stops.push(() => life.stop());
  const sliFaults = await openSliFaults({ pool: pools.platform, clock, log });
  stops.push(() => sliFaults.stop());

  const platform = await startPlatform({
    port: ports.platform,
    pool: pools.platform,
    clock,
    token: platformToken(home.secrets),
    log,
  });
  stops.push(() => platform.stop());
  const workspace = await openWorkspace(options, {
    home,
    databases,
    clock,
    pools,
    platform,
    sliFaults,
    port: ports.sandbox,
  });
  stops.push(() => workspace.stop());
  const app = options.app
    ? await openApp(options, { home, databases, clock, workspace, platform, policy, port: ports.app })
    : undefined;
  if (app !== undefined) {
    workspace.setAppUrl(`http://127.0.0.1:${app.port}/slack/events`);
    stops.push(() => app.stop());
  }
  return {
    ready: true,
    app: app === undefined ? '' : `http://localhost:${app.port}`,
    sandbox: `http://localhost:${workspace.port}`,
    platform: platform.url,
    database: databases.app,
    finance: databases.finance,
  };
}

interface Pools {
  ours: Pool;
  finance: Pool;
  sandbox: Pool;
  /** The platform's own, so that its callers don't wait for its life. */
  platform: Pool;
  close(): Promise<void>;
}

function openPools(databases: SandboxDatabases, log: Log): Pools {
  const ours = makePool(databases.app, { max: 3, applicationName: 'sandbox', log });
  const finance = makePool(databases.financeOwner, { max: 3, applicationName: 'sandbox', log });
  const sandbox = makePool(databases.sandbox, { max: 2, applicationName: 'sandbox', log });
  const platform = makePool(databases.financeOwner, { max: 6, applicationName: 'sandbox platform', log });
  return {
    ours,
    finance,
    sandbox,
    platform,
    async close() {
      await Promise.all([ours.end(), finance.end(), sandbox.end(), platform.end()]);
    },
  };
}

async function openWorkspace(
  options: SandboxOptions,
  parts: {
    home: SandboxHome;
    databases: SandboxDatabases;
    clock: SandboxClock;
    pools: Pools;
    platform: RunningPlatform;
    sliFaults: SliFaults;
    port: number;
  },
): Promise<RunningWorkspace> {
  const { clock, pools, home, platform, sliFaults } = parts;
  let idle = async (): Promise<void> => undefined;
  const advance: AdvanceOptions = {
    clock,
    pool: pools.ours,
    workspaceIdle: () => idle(),
    liveUntil: async (until) => {
      await sliFaults.settle(until);
      await liveUntil(pools.finance, until);
    },
  };
  const pager = await openLocalPager({
    pool: pools.sandbox,
    clock,
    keys: pagerKeys(home.secrets),
  });
  const workspace = await startWorkspace({
    databaseUrl: parts.databases.sandbox,
    port: parts.port,
    clock,
    log: options.log,
    app: {
      eventsUrl: () => null,
      signingSecret: home.secrets.signingSecret,
      botToken: home.secrets.botToken,
      ...(options.transport === 'socket' ? { appToken: sandboxAppToken(home.secrets) } : {}),
    },
    limits: 'slack',
    routes: new Map([
      ...(await sandboxRoutes({ advance, finance: pools.finance, platform, clock })),
      ...pager.routes,
    ]),
    otherFaults: async (order) =>
      pager.plant(order) || (await sliFaults.plant(order)) || (await platform.plant(order)),
  });
  idle = () => workspace.idle();
  return workspace;
}

async function openApp(
  options: SandboxOptions,
  parts: {
    home: SandboxHome;
    databases: SandboxDatabases;
    clock: SandboxClock;
    workspace: RunningWorkspace;
    platform: RunningPlatform;
    policy: Policy;
    port: number;
  },
): Promise<RunningApp> {
  const { databases, clock, workspace, platform, policy, port } = parts;
  return await startApp({
    config: sandboxConfig({
      databases,
      secrets: parts.home.secrets,
      slackApiUrl: workspace.apiUrl,
      platformUrl: platform.url,
      transport: options.transport,
      port,
      logLevel: options.environment['LOG_LEVEL'],
    }),
    policy,
    clock,
    log: options.log,
    alone: true,
  });
}
