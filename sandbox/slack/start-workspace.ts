import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { describeError } from '../../src/errors.ts';
import type { Log } from '../../src/log.ts';
import type { Clock } from '../../src/ports.ts';
import { makeActs, type FaultHandler } from './acts/table.ts';
import { makeLimits } from './api/limits.ts';
import { BOT_SCOPES } from './api/scopes.ts';
import { makeCallLog } from './call-log.ts';
import { makeDeliveries } from './deliveries/deliveries.ts';
import { makeTickets } from './deliveries/tickets.ts';
import { makeFaults } from './faults.ts';
import { readBody, sendJson, type RouteHandler } from './http.ts';
import { openJournal } from './journal.ts';
import { makeRouter } from './router.ts';
import { seedWorkspace } from './seed.ts';
import type { DisconnectReason } from './sockets/connection.ts';
import { makeConnections } from './sockets/connections.ts';
import { loadState } from './state.ts';
import type { AppSettings, CallHook, Workspace } from './workspace.ts';

export interface WorkspaceOptions {
  /** A PostgreSQL database; the workspace keeps its tables in the schema `workspace` and makes them itself. */
  databaseUrl: string;
  /** 0 picks a free one. Loopback only. */
  port: number;
  clock: Clock;
  log: Log;
  app: AppSettings;
  /** People, groups and channels to begin with when the database is empty; `none` leaves it empty. */
  seed?: 'default' | 'none';
  /** Slack's rate limits on the workspace's clock; off by default, since a test's clock may stand still. */
  limits?: 'slack' | 'off';
  /** Bot scopes granted to the app. */
  scopes?: readonly string[];
  /** Event types the app subscribed to. */
  subscriptions?: readonly string[];
  /** More routes by "METHOD /path"; a path may end in /* . Looked at before the workspace's own. */
  routes?: ReadonlyMap<string, RouteHandler>;
  /** Takes faults whose target isn't Slack. */
  otherFaults?: FaultHandler;
}

export interface RunningWorkspace {
  url: string;
  /** For SLACK_API_URL; ends in /api/. */
  apiUrl: string;
  port: number;
  workspace: Workspace;
  /** Sends deliveries there from now on; null for nowhere. */
  setAppUrl(url: string | null): void;
  /** Adds a hook around every Web API call; returns the way to take it off. */
  onCall(hook: CallHook): () => void;
  /** Ends all of the app's sockets without a word, as a broken line does; returns how many there were. */
  dropSockets(): number;
  /** Tells all of the app's sockets that they will end. */
  sayDisconnect(reason: DisconnectReason): void;
  /** Resolves when no delivery is due or on its way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const SUBSCRIPTIONS = ['app_home_opened', 'app_mention', 'message.im'];

/** Starts a Slack workspace of our own; see docs.slack.dev for what it imitates. */
export async function startWorkspace(options: WorkspaceOptions): Promise<RunningWorkspace> {
  const server = createServer();
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  let appUrl: string | null | undefined;
  const app: AppSettings = {
    signingSecret: options.app.signingSecret,
    botToken: options.app.botToken,
    ...(options.app.appToken === undefined ? {} : { appToken: options.app.appToken }),
    eventsUrl: () => (appUrl === undefined ? options.app.eventsUrl() : appUrl),
  };
  const workspace = await openWorkspace(options, app, url).catch((error: unknown) => {
    server.close();
    throw error;
  });
  const route = makeRouter(workspace, makeActs(options.otherFaults), options.routes ?? new Map());
  server.on('request', (request, response) => void answer(workspace, route, request, response));
  const { connections } = workspace;
  server.on('upgrade', (request, socket, head) => connections.accept(request, socket, head));
  return {
    url,
    apiUrl: `${url}/api/`,
    port,
    workspace,
    setAppUrl(next) {
      appUrl = next;
    },
    onCall(hook) {
      workspace.hooks.add(hook);
      return () => void workspace.hooks.delete(hook);
    },
    dropSockets() {
      const open = connections.open();
      for (const connection of open) connection.cut();
      return open.length;
    },
    sayDisconnect(reason) {
      for (const connection of connections.open()) connection.sayDisconnect(reason);
    },
    idle: () => workspace.deliveries.idle(),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      // The server no longer counts what was upgraded, and would wait for it.
      for (const connection of connections.open()) connection.cut();
      await closed;
      await workspace.deliveries.stop();
      await workspace.journal.flush();
      await workspace.journal.close();
    },
  };
}

async function openWorkspace(options: WorkspaceOptions, app: AppSettings, url: string): Promise<Workspace> {
  const { clock, log } = options;
  const journal = await openJournal(options.databaseUrl, (error) =>
    log.warn({ err: error }, 'a connection of the local workspace broke'),
  );
  const state = await loadState(journal, clock);
  if (options.seed !== 'none' && state.people.size === 0) {
    seedWorkspace(state, Math.floor(clock.now().getTime() / 1000));
    await journal.flush();
  }
  const faults = makeFaults();
  const calls = await makeCallLog(journal, clock);
  const connections = makeConnections(() => url);
  return {
    state,
    journal,
    clock,
    log,
    app,
    faults,
    calls,
    url: () => url,
    scopes: new Set(options.scopes ?? BOT_SCOPES),
    limits: makeLimits(clock, options.limits ?? 'off'),
    deliveries: await makeDeliveries({ app, connections, faults, calls, journal, clock }),
    connections,
    tickets: makeTickets(
      () => performance.now(),
      () => url,
    ),
    subscriptions: new Set(options.subscriptions ?? SUBSCRIPTIONS),
    hooks: new Set(),
  };
}

async function answer(
  workspace: Workspace,
  route: RouteHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', workspace.url());
    if (!isFromHere(request)) return sendJson(response, 403, { error: 'only this machine may ask' });
    const body = await readBody(request);
    await route({ method: request.method ?? 'GET', url, headers: request.headers, body }, response);
  } catch (error) {
    if (request.destroyed && response.destroyed) return;
    workspace.log.error({ err: error, path: request.url }, 'the local workspace could not answer');
    if (!response.headersSent)
      sendJson(response, 500, { ok: false, error: 'fatal_error', detail: describeError(error) });
    else response.destroy();
  }
}

/** Web pages of elsewhere must not act here through somebody's browser, by a form or by a rebound name. */
function isFromHere({ headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  return isLocal && (origin === undefined || origin === `http://${host}`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
