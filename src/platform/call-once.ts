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
 * Makes one call within a time limit (real time, reading the answer included) and follows no redirect. Whatever the
 * network does is a reply; nothing is sent twice.
 */
export async function callOnce(request: RenderedRequest, timeLimitMs: number): Promise<Reply> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  let status: number | null = null;
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeLimitMs),
    });
    status = response.status;
    const { text, isWhole } = await readBody(response);
    return {
      came: true,
      status,
      text,
      json: isWhole ? parse(text) : undefined,
      retryAfterMs: retryAfterMs(response.headers),
      durationMs: durationMs(),
    };
  } catch (error) {
    return { came: false, why: whyNothingCame(error, status), status, durationMs: durationMs() };
  }
}

async function readBody(response: Response): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    const part = (chunk as Uint8Array).subarray(0, MOST_BYTES - bytes);
    text += decoder.decode(part, { stream: true });
    bytes += (chunk as Uint8Array).byteLength;
    // Leaving the loop gives the connection up.
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
function retryAfterMs(headers: Headers): number | null {
  const given = headers.get('retry-after')?.trim() ?? '';
  const sentAt = Date.parse(headers.get('date') ?? '');
  const ms = /^\d+$/.test(given)
    ? Number(given) * 1_000
    : Date.parse(given) - (Number.isNaN(sentAt) ? Date.now() : sentAt);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MOST_RETRY_AFTER_MS);
}

function whyNothingCame(error: unknown, status: number | null): 'unreachable' | 'time_limit' | 'connection' {
  if (error instanceof Error && error.name === 'TimeoutError') return 'time_limit';
  const cause = error instanceof Error ? error.cause : undefined;
  return status === null && provesNothingSent(cause) ? 'unreachable' : 'connection';
}

const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
/** A certificate that is not trusted ends the handshake, before any request. */
const NOT_TRUSTED =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?))$/;

/** Only what can't come from a connection that stood: a reset may hit a request that was read and carried out. */
function provesNothingSent(cause: unknown): boolean {
  if (cause instanceof AggregateError)
    return cause.errors.length > 0 && cause.errors.every(provesNothingSent);
  if (!(cause instanceof Error)) return false;
  const { code = '', syscall = '' } = cause as NodeJS.ErrnoException;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || NOT_TRUSTED.test(code)) return true;
  return NO_CONNECTION.has(code) && (syscall === 'connect' || syscall === 'getaddrinfo');
}
