import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The stand-in payment platform's address. It lives in the finance database and answers what it was asked to do, which
 * nobody can yet: no action is offered before the app can retry and recheck payouts.
 */
export async function startPlatform(port: number): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const status = request.url === '/health' ? 200 : 404;
    const body = status === 200 ? { ok: true } : { code: 'unknown_route', message: 'there is no such route' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    url: `http://localhost:${bound.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
