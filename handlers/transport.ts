import type { Logger, Receiver } from '@slack/bolt';
import { assert } from '../src/errors.ts';
import type { Log } from '../src/log.ts';
import type { Drain } from './drain.ts';
import { makeHttpTransport, type RefusedReason } from './http-transport.ts';
import type { Probes } from './routes.ts';
import { makeSocketTransport } from './socket-transport.ts';

/** How requests of Slack's come in. Probes are answered over HTTP either way. */
export interface Transport {
  receiver: Receiver;
  /** Listens; resolves with the port, which port 0 lets the system choose. Rejects with EADDRINUSE as node does. */
  start(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Takes no more, waits for what is under way, then closes. */
  stop(): Promise<void>;
}

export interface TransportOptions {
  /** With an app-level token Slack is met over sockets (Socket Mode); without one it sends signed requests. */
  appToken?: string | undefined;
  /** Every request is checked with it; sockets need none. */
  signingSecret?: string | undefined;
  slackApiUrl: string;
  probes: Probes;
  drain: Drain;
  logger: Logger;
  log: Log;
  /** A request was answered with 4xx, unread. */
  onRefused?: ((reason: RefusedReason) => void) | undefined;
}

export function makeTransport(options: TransportOptions): Transport {
  const { appToken, signingSecret } = options;
  if (appToken !== undefined) return makeSocketTransport({ ...options, appToken });
  assert(signingSecret !== undefined, 'the configuration has a signing secret or an app-level token');
  return makeHttpTransport({ ...options, signingSecret });
}
