import type { Server as SecureServer } from 'node:https';
import type { Server as PlainServer } from 'node:http';

export type HttpServer = PlainServer | SecureServer;

/** Slack waits three seconds for an ack: what is not answered by now never will be, and half a request less so. */
export const DRAIN_MS = 5_000;

/** Closes a server once its requests are answered; after five seconds their connections are cut. */
export async function closeServer(server: HttpServer): Promise<void> {
  // Idle keep-alive sockets would hold the server open for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
    });
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** The port a server listens on. */
export function portOf(server: HttpServer): number {
  const bound = server.address();
  return bound !== null && typeof bound === 'object' ? bound.port : 0;
}
