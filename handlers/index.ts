import { App } from '@slack/bolt';
import type { Log } from '../src/log.ts';
import type { Slack } from '../src/ports.ts';
import { boltLogger } from './bolt-log.ts';
import { makeDrain } from './drain.ts';
import type { RefusedReason } from './http-transport.ts';
import type { Probes } from './routes.ts';
import { makeTransport } from './transport.ts';
import { within } from './within.ts';

export interface FrontDoorOptions {
  /** With an app-level token Slack is met over sockets (Socket Mode), without one by signed requests. */
  appToken?: string | undefined;
  signingSecret?: string | undefined;
  botToken: string;
  slackApiUrl: string;
  slack: Slack;
  probes: Probes;
  /** Registers every listener, once. */
  attach: (app: App) => void;
  /** A request was not let in. */
  onRefused?: (reason: RefusedReason) => void;
  log: Log;
}

export interface FrontDoor {
  /** Listens; resolves with the port, which port 0 lets the system choose. Rejects with EADDRINUSE as node does. */
  start(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Refuses new work, waits for what is under way (five seconds for answers, five for what follows), then closes. */
  stop(): Promise<void>;
}

/** Long enough for a Slack that answers; who clicked is in the request, who we are is not worth their click. */
const IDENTITY_LIMIT_MS = 500;

/**
 * Who we are, as far as it is known in time. Bolt would ack a click and drop it when this failed: none of our listeners
 * needs more than the token.
 */
async function authorize({
  slack,
  botToken,
}: FrontDoorOptions): Promise<{ botToken: string; botId?: string; botUserId?: string }> {
  const asked = slack.identity().catch(() => undefined);
  const timely = await within(IDENTITY_LIMIT_MS, asked);
  const known = timely.inTime ? timely.value : undefined;
  if (known === undefined) return { botToken };
  return { botToken, botId: known.botId, botUserId: known.botUserId };
}

/** Slack's way in, over HTTP or sockets, and the probes beside it. */
export function makeFrontDoor(options: FrontDoorOptions): FrontDoor {
  const logger = boltLogger(options.log);
  const drain = makeDrain();
  const transport = makeTransport({ ...options, drain, logger });
  const app = new App({
    receiver: transport.receiver,
    logger,
    // An own authorize: Bolt would remember a failed auth.test for ever, or ask again on every request.
    authorize: () => authorize(options),
    clientOptions: { slackApiUrl: options.slackApiUrl, timeout: 2_500, retryConfig: { retries: 0 }, logger },
  });
  app.use((args) => drain.count(args.next));
  options.attach(app);
  return { start: (address) => transport.start(address), stop: () => transport.stop() };
}
