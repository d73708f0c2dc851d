import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { callOnce } from '../../src/platform/call-once.ts';
import { CERTIFICATE, KEY } from './certificate.ts';

// Calls a server of its own over TLS and prints the reply.
const server = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
  let body = '';
  request.on('data', (part) => (body += String(part)));
  request.on('end', () => response.writeHead(202).end(JSON.stringify({ path: request.url, body })));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `https://localhost:${(server.address() as AddressInfo).port}/a?b=c`;
const request = { method: 'POST', url, headers: {}, body: 'ü', kept: { path: '', body: null } };
process.stdout.write(JSON.stringify(await callOnce(request, 5_000)));
server.close();
