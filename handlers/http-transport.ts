import type { IncomingMessage, ServerResponse } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import type { Log } from '../src/log.ts';
import { closeServer, DRAIN_MS, portOf, type HttpServer } from './close-server.ts';
import { makeRoutes } from './routes.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** Why a request was not let in: one word that a metric can be grouped by. */
export type RefusedReason = 'unsigned' | 'stale' | 'bad_signature' | 'malformed' | 'too_large';

const ENDPOINT = '/slack/events';
/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
const MOST_SKEW_S = 300;

/** Signed requests on /slack/events, and the probes beside it. */
export function makeHttpTransport(options: TransportOptions & { signingSecret: string }): Transport {
  const receiver = new HTTPReceiver({
    signingSecret: options.signingSecret,
    endpoints: ENDPOINT,
    customRoutes: makeRoutes(options.probes, options.log),
    logger: quieter(options.logger),
  });
  const listener = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    if (request.method === 'POST' && request.url?.startsWith(ENDPOINT) === true) {
      watchRefusal(request, response, options);
      // Bolt takes a time that lies ahead for a good one, and such a request could be replayed for long.
      if (skewSeconds(request) < -MOST_SKEW_S) return void response.writeHead(401).end();
    }
    listener(request, response);
  };
  let server: HttpServer | undefined;
  return {
    receiver,
    async start(address) {
      server = await receiver.start({ host: address.host, port: address.port });
      return { port: portOf(server) };
    },
    async stop() {
      if (server !== undefined) await closeServer(server);
      await options.drain.empty(DRAIN_MS);
    },
  };
}

/** What the receiver warns of are refusals, which are logged here with their reason. */
function quieter(logger: Logger): Logger {
  return { ...logger, warn: (...parts) => logger.info(...parts) };
}

function watchRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  { log, onRefused }: { log: Log; onRefused?: TransportOptions['onRefused'] },
): void {
  response.once('finish', () => {
    const reason = reasonOf(request, response.statusCode);
    if (reason === undefined) return;
    onRefused?.(reason);
    log.warn({ reason, status: response.statusCode }, 'a request that claims to be from Slack was refused');
  });
}

function reasonOf(request: IncomingMessage, status: number): RefusedReason | undefined {
  if (status === 413) return 'too_large';
  if (status === 400) return 'malformed';
  if (status !== 401) return undefined;
  const { 'x-slack-signature': signature = '' } = request.headers;
  if (signature === '' || Number.isNaN(skewSeconds(request))) return 'unsigned';
  return Math.abs(skewSeconds(request)) > MOST_SKEW_S ? 'stale' : 'bad_signature';
}

/** How old a request says it is, by real time; NaN when it doesn't. */
function skewSeconds({ headers }: IncomingMessage): number {
  return Date.now() / 1000 - Number(headers['x-slack-request-timestamp']);
}
