import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SIGNING_SECRET } from './open-workspace.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  /** The payload of an interaction, the event envelope, or the fields of a command. */
  data: Record<string, unknown>;
}

type Reply = { status?: number; body?: string; headers?: Record<string, string>; silent?: boolean };

/** An app that keeps what it is sent, checks every signature, and answers as the test says. */
export async function startStubApp() {
  const received: Received[] = [];
  const replies: Reply[] = [];
  let badSignatures = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      if (!isSigned(request.headers, body)) badSignatures += 1;
      received.push({ headers: request.headers, body, data: dataOf(request.headers, body) });
      const reply = replies.shift() ?? {};
      if (reply.silent === true) return;
      response.writeHead(reply.status ?? 200, reply.headers ?? {});
      response.end(reply.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/slack/events`,
    received,
    /** How the next requests are answered, in order; 200 and nothing when there is none. */
    reply: (...next: Reply[]) => void replies.push(...next),
    badSignatures: () => badSignatures,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
  const expected = `v0=${createHmac('sha256', SIGNING_SECRET).update(base).digest('hex')}`;
  const given = String(headers['x-slack-signature']);
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

function dataOf(headers: IncomingHttpHeaders, body: string): Record<string, unknown> {
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') return JSON.parse(body);
  const fields = Object.fromEntries(new URLSearchParams(body));
  return fields['payload'] === undefined ? fields : JSON.parse(fields['payload']);
}
