import { request as requestOver, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { RenderedRequest } from './render-request.ts';

/** What came back from one call. */
export type Reply =
  | {
      came: true;
      status: number;
      /** At most 64 kB of it. */
      text: string;
      /** Undefined: it is no JSON, or too long to be read. */
      json: unknown;
      retryAfterMs: number | null;
      durationMs: number;
    }
  | {
      came: false;
      /** unreachable: certainly nothing was sent. */
      why: 'unreachable' | 'time_limit' | 'connection';
      /** Of an answer that broke off. */
      status: number | null;
      durationMs: number;
    };

const MOST_BYTES = 64 * 1024;
const MOST_RETRY_AFTER_MS = 3_600_000;

/**
 * Makes one call within a time limit (real time, connecting and reading the answer included) and follows no redirect.
 * Whatever the network does is a reply; nothing is sent twice. Each call has a connection of its own, which stands before
 * anything is written: what fails earlier was certainly not sent, and no call can meet the end of a kept connection.
 * Node's fetch will not do: it sends a request again that is answered with 421, and then heeds no time limit.
 */
export async function callOnce(request: RenderedRequest, timeLimitMs: number): Promise<Reply> {
  const startedAt = performance.now();
  const url = new URL(request.url);
  const socket = connectTo(url);
  let isConnected = false;
  let status: number | null = null;
  const limit = startLimit(timeLimitMs);
  const work = async () => {
    await connected(socket, url);
    isConnected = true;
    const response = await respond(request, url, socket);
    status = response.statusCode ?? null;
    return { headers: response.headers, ...(await readBody(response)) };
  };
  try {
    const { headers, text, isWhole } = await Promise.race([work(), limit.expired]);
    return {
      came: true,
      status: status ?? 0,
      text,
      json: isWhole ? parse(text) : undefined,
      retryAfterMs: retryAfterMs(headers),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } catch {
    const why = limit.isOver() ? 'time_limit' : 'connection';
    const durationMs = Math.round(performance.now() - startedAt);
    return { came: false, why: isConnected ? why : 'unreachable', status, durationMs };
  } finally {
    limit.stop();
    socket.destroy();
  }
}

function startLimit(ms: number) {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isOver = true;
      reject(new Error('the time limit is over'));
    }, ms);
  });
  return { expired, isOver: () => isOver, stop: () => clearTimeout(timer) };
}

function connectTo(url: URL): Socket {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const socket = isSecure
    ? connectSecurely({
        host,
        port,
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) === 0 ? { servername: host } : {}),
      })
    : connectPlain({ host, port });
  // Its errors are heard where they are waited for; later ones concern nobody.
  socket.on('error', () => {});
  return socket;
}

/** Resolves when the connection stands, its certificate checked. */
async function connected(socket: Socket, url: URL): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

async function respond(
  { method, headers, body }: RenderedRequest,
  url: URL,
  socket: Socket,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const sent = requestOver({
      createConnection: () => socket,
      method,
      path: url.pathname + url.search,
      headers: {
        ...headers,
        host: url.host,
        connection: 'close',
        ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    sent.once('response', resolve);
    sent.on('error', reject);
    sent.once('close', () => reject(new Error('the connection was closed')));
    sent.end(body ?? undefined);
  });
}

async function readBody(response: IncomingMessage): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    text += decoder.decode(chunk.subarray(0, MOST_BYTES - bytes), { stream: true });
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) return { text, isWhole: false };
  }
  return { text: text + decoder.decode(), isWhole: true };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), which is the sender's time; at most an hour. */
function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const given = headers['retry-after']?.trim() ?? '';
  const sentAt = Date.parse(headers.date ?? '');
  const ms = /^\d+$/.test(given)
    ? Number(given) * 1_000
    : Date.parse(given) - (Number.isNaN(sentAt) ? Date.now() : sentAt);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MOST_RETRY_AFTER_MS);
}
