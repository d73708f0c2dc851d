import type { Server as SecureServer } from 'node:https';
import type { Server as PlainServer } from 'node:http';
import { App, HTTPReceiver } from '@slack/bolt';
import type { Log } from '../src/log.ts';
import type { Slack } from '../src/ports.ts';
import { boltLogger } from './bolt-log.ts';
import { makeDrain, type Drain } from './drain.ts';
import { makeRoutes, type Probes } from './routes.ts';

export interface FrontDoorOptions {
  signingSecret: string;
  botToken: string;
  slackApiUrl: string;
  slack: Slack;
  probes: Probes;
  /** Registers every listener, once. */
  attach: (app: App) => void;
  log: Log;
}

export interface FrontDoor {
  /** Listens; resolves with the port, which port 0 lets the system choose. Rejects with EADDRINUSE as node does. */
  start(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Refuses new work, waits for what is under way (five seconds for answers, five for what follows), then closes. */
  stop(): Promise<void>;
}

/** Slack's way in: signed requests on /slack/events, and the probes beside it. Listeners are registered by hand, below. */
export function makeFrontDoor(options: FrontDoorOptions): FrontDoor {
  const logger = boltLogger(options.log);
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: '/slack/events',
    customRoutes: makeRoutes(options.probes, options.log),
    logger,
  });
  const app = new App({
    receiver,
    logger,
    // An own authorize: Bolt would remember a failed auth.test for ever, or ask again on every request.
    authorize: async () => {
      const { botId, botUserId } = await options.slack.identity();
      return { botToken: options.botToken, botId, botUserId };
    },
    clientOptions: { slackApiUrl: options.slackApiUrl, timeout: 2_500, retryConfig: { retries: 0 }, logger },
  });
  const drain = makeDrain();
  app.use((args) => drain.count(args.next));
  options.attach(app);
  let server: HttpServer | undefined;
  return {
    async start(address) {
      server = await receiver.start({ host: address.host, port: address.port });
      const bound = server.address();
      return { port: bound !== null && typeof bound === 'object' ? bound.port : address.port };
    },
    stop: () => close(receiver, server, drain),
  };
}

type HttpServer = PlainServer | SecureServer;
/** Slack waits three seconds for an ack: what is not answered by now never will be, and half a request less so. */
const DRAIN_MS = 5_000;

async function close(receiver: HTTPReceiver, server: HttpServer | undefined, drain: Drain): Promise<void> {
  // Idle keep-alive sockets would hold the server open for seconds.
  const sweep = setInterval(() => server?.closeIdleConnections(), 50);
  const cut = setTimeout(() => server?.closeAllConnections(), DRAIN_MS);
  let late: NodeJS.Timeout | undefined;
  try {
    await receiver.stop();
    const given = new Promise<void>((resolve) => {
      late = setTimeout(resolve, DRAIN_MS);
    });
    await Promise.race([drain.empty(), given]);
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
    clearTimeout(late);
  }
}
