import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { CustomRoute } from '@slack/bolt';
import { closeServer, DRAIN_MS, portOf } from './close-server.ts';
import { makeRoutes } from './routes.ts';
import { makeSocketLine } from './socket-line.ts';
import { makeSocketReceiver } from './socket-receiver.ts';
import type { Transport, TransportOptions } from './transport.ts';

/** Slack can't be told to send no more: what comes this soon (real milliseconds) after a stop is served as well. */
const SERVE_ON_MS = 1_000;

/** Socket Mode: the app opens the line to Slack, and needs no address of its own but for the probes. */
export function makeSocketTransport(options: TransportOptions & { appToken: string }): Transport {
  const { drain, log, probes } = options;
  const line = makeSocketLine(options);
  const receiver = makeSocketReceiver({ line, drain, log });
  const routes = makeRoutes(
    {
      ...probes,
      readiness: async () => [
        ...(await probes.readiness()),
        { name: 'socket', ok: line.isOpen(), ...(line.isOpen() ? {} : { detail: 'no socket is open' }) },
      ],
    },
    log,
  );
  const server = createServer((request, response) => serve(routes, request, response));
  return {
    receiver,
    async start({ host, port }) {
      server.listen({ host, port });
      await once(server, 'listening');
      await line.open().catch(async (error: unknown) => {
        await Promise.all([line.close(), closeServer(server)]);
        throw error;
      });
      return { port: portOf(server) };
    },
    async stop() {
      await drain.empty(SERVE_ON_MS);
      receiver.refuse();
      await drain.empty(DRAIN_MS);
      await line.close();
      if (server.listening) await closeServer(server);
    },
  };
}

function serve(routes: CustomRoute[], request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const route = routes.find(
    ({ path, method }) => path === pathname && [method].flat().includes(request.method ?? ''),
  );
  if (route === undefined) response.writeHead(404).end();
  else route.handler(Object.assign(request, { params: {} }), response);
}
