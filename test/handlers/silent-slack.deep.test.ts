import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { boltLogger } from '../../handlers/bolt-log.ts';
import { makeSocketLine } from '../../handlers/socket-line.ts';
import { makeLog } from '../../src/log.ts';
import { waitFor } from '../support/wait-for.ts';

test('a socket that has gone silent is replaced', { timeout: 60_000 }, async () => {
  const log = makeLog('silent');
  const sockets: WebSocket[] = [];
  const server = createServer((_request, response) => {
    const { port } = server.address() as AddressInfo;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, url: `ws://127.0.0.1:${port}/` }));
  });
  const slack = new WebSocketServer({ server });
  slack.on('connection', (socket) => {
    sockets.push(socket);
    // Half-open, as behind a router that has forgotten the connection: nothing is read any more, not even a close.
    socket.send('{"type":"hello"}', () => socket.pause());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const line = makeSocketLine({
    appToken: 'xapp-test',
    slackApiUrl: `http://127.0.0.1:${port}/api/`,
    logger: boltLogger(log),
    log,
  });
  await line.open();
  const began = performance.now();
  await waitFor('a second socket', async () => (sockets.length > 1 ? true : undefined), 30_000);
  expect(performance.now() - began).toBeLessThan(15_000);
  const closing = performance.now();
  await line.close();
  expect(performance.now() - closing).toBeLessThan(2_000);
  for (const socket of sockets) socket.terminate();
  server.close();
});
