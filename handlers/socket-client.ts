import { setTimeout as wait } from 'node:timers/promises';
import { SocketModeReceiver, type Logger } from '@slack/bolt';

/** A socket that has said no hello by then (real milliseconds) is given up. */
const CONNECT_MS = 10_000;
/** The other side has taken its time over a close frame; the socket is cut then. */
const CLOSE_MS = 1_000;

const TOO_MANY = 'too_many_websockets: ten are open already';

/** What Slack sent over a socket; `ack` answers it over the socket that is open by then. */
export interface Arrived {
  ack(payload?: unknown): Promise<void>;
  envelope_id: string;
  body: Record<string, unknown>;
  retry_num?: number;
  retry_reason?: string;
}

/** Slack's own client with its reconnecting switched off: it waits five seconds first, and ends the process on a refusal. */
export interface SocketClient {
  /**
   * Opens a socket, calls `opened` at its hello, and resolves when it has closed again, with its life in milliseconds
   * (real). Throws when none can be opened, or when Slack says that too many are.
   */
  connect(opened: () => void): Promise<number>;
  isOpen(): boolean;
  /** Resolves as soon as a socket is open, or after so many milliseconds (real). */
  whenOpen(limitMs: number): Promise<void>;
  listen(take: (arrived: Arrived) => void): void;
  close(): Promise<void>;
}

export interface SocketClientOptions {
  appToken: string;
  slackApiUrl: string;
  logger: Logger;
}

export function makeSocketClient(options: SocketClientOptions): SocketClient {
  const client = makeClient(options);
  let isOpen = false;
  let isCrowded = false;
  let onEnd = (): void => undefined;
  const waiting = new Set<() => void>();
  client.on('connected', () => {
    isOpen = true;
    for (const wake of waiting) wake();
  });
  client.on('disconnected', () => {
    isOpen = false;
    onEnd();
  });
  client.on('ws_message', (data: unknown) => {
    if (typeof data === 'string' && data.includes('"too_many_websockets"')) isCrowded = true;
  });
  return {
    async connect(opened) {
      isCrowded = false;
      const ended = new Promise<void>((resolve) => {
        onEnd = resolve;
      });
      await start(client).catch((error: unknown) => {
        // The client's word for a socket that closes before its hello is undefined.
        throw error ?? new Error(isCrowded ? TOO_MANY : 'the socket closed before Slack said hello');
      });
      const since = performance.now();
      opened();
      await ended;
      if (isCrowded) throw new Error(TOO_MANY);
      return performance.now() - since;
    },
    isOpen: () => isOpen,
    whenOpen(limitMs) {
      if (isOpen) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(late);
          waiting.delete(wake);
          resolve();
        };
        const late = setTimeout(wake, limitMs);
        waiting.add(wake);
      });
    },
    listen: (take) => void client.on('slack_event', take),
    close: () => end(client),
  };
}

type Client = SocketModeReceiver['client'];

function makeClient({ appToken, slackApiUrl, logger }: SocketClientOptions): Client {
  // The line says in a word how it fares; the client's debug lines would hold whole payloads.
  const quiet = (...parts: unknown[]): void => logger.info(...parts);
  const { client } = new SocketModeReceiver({
    appToken,
    logger: { ...logger, debug: () => undefined, warn: quiet, error: quiet },
    autoReconnectEnabled: false,
    installerOptions: {
      clientOptions: {
        slackApiUrl,
        timeout: 5_000,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      },
    },
  });
  return client;
}

async function start(client: Client): Promise<void> {
  const limit = new AbortController();
  const late = wait(CONNECT_MS, 'late' as const, { signal: limit.signal });
  late.catch(() => undefined);
  try {
    if ((await Promise.race([client.start(), late])) !== 'late') return;
  } finally {
    limit.abort();
  }
  await end(client);
  throw new Error(`Slack has not said hello in ${CONNECT_MS / 1000} s`);
}

/** A client that is asked a second time no longer waits for the other side's close frame. */
async function end(client: Client): Promise<void> {
  await Promise.race([client.disconnect(), wait(CLOSE_MS, undefined, { ref: false })]);
  if (client.websocket?.readyState !== undefined) await client.disconnect();
}
