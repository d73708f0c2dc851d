import { z } from 'zod';
import { AppError, describeError } from '../errors.ts';

export interface AskOptions {
  url: string;
  /** Bearer token; it goes before user and password. */
  token?: string | undefined;
  user?: string | undefined;
  password?: string | undefined;
  /** Of one call, from connecting to the last byte, real time; 5,000 unless told. */
  timeLimitMs?: number | undefined;
  fetch?: typeof fetch | undefined;
}

type Ask = (
  method: 'query' | 'query_range',
  form: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<unknown>;

/** A day of minutes of 20 contributors is about 1 MB. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Of what the server says to a refusal. */
const MOST_WORDS = 300;
const MOST_RETRY_AFTER_MS = 3_600_000;

interface Reply {
  status: number;
  contentType: string;
  retryAfterMs: number | null;
  text: string;
}

/** Asks one method of the API and gives the parsed body of a success; everything else is a fault. */
export function makeAsk(options: AskOptions): Ask {
  const { timeLimitMs = 5_000 } = options;
  const door = doorOf(options);
  return async (method, form, signal) => {
    // The server's own limit: it shall not go on with what nobody waits for.
    const body = new URLSearchParams({ ...form, timeout: `${timeLimitMs}ms` });
    let reply: Reply;
    try {
      reply = await withLimit(
        timeLimitMs,
        signal,
        async (both) => await post(options, door, method, body, both),
      );
    } catch (error) {
      // No cause: it may quote a header that can't be sent.
      throw error instanceof AppError ? error : unavailable(door.clean(reasonOf(error)));
    }
    return judge(reply, door.clean);
  };
}

interface Door {
  addressOf(method: string): URL;
  headers: Record<string, string>;
  /** Without anything that we know the server by. */
  clean: (words: string) => string;
}

function doorOf({ url, token, user, password }: AskOptions): Door {
  const base = new URL(url);
  const login = {
    user: user ?? decodeURIComponent(base.username),
    password: password ?? decodeURIComponent(base.password),
  };
  base.username = '';
  base.password = '';
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  const bearer = token?.trim() ?? '';
  const secrets = [bearer, login.password, login.user === '' ? '' : basic].filter((each) => each !== '');
  const authorization = bearer === '' ? (login.user === '' ? null : `Basic ${basic}`) : `Bearer ${bearer}`;
  return {
    addressOf(method) {
      const address = new URL(base);
      address.pathname = `${base.pathname.replace(/\/+$/, '')}/api/v1/${method}`;
      return address;
    },
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === null ? {} : { authorization }),
    },
    clean: (words) => secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), words),
  };
}

/** Fetch heeds its signal in most places, and not in all: what is late is left behind either way. */
async function withLimit<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let end: (fault: AppError) => void = () => {};
  const isOver = new Promise<never>((_resolve, reject) => {
    end = (fault) => {
      reject(fault);
      stop.abort();
    };
  });
  const given = () => end(unavailable('nobody waits for the answer any more'));
  const timer = setTimeout(() => end(unavailable(`no answer within ${limitMs / 1_000} s`)), limitMs);
  signal?.addEventListener('abort', given);
  if (signal?.aborted === true) given();
  try {
    return await Promise.race([isOver, work(stop.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', given);
    // A body that is not read to its end would keep the connection.
    stop.abort();
  }
}

async function post(
  { fetch: fetchOnce = fetch }: AskOptions,
  door: Door,
  method: string,
  body: URLSearchParams,
  signal: AbortSignal,
): Promise<Reply> {
  // A redirect would carry the login to wherever it points.
  const init = { method: 'POST', headers: door.headers, body, redirect: 'manual', signal } as const;
  const response = await fetchOnce(door.addressOf(method), init);
  const asked = Number(response.headers.get('retry-after')) * 1_000;
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    retryAfterMs: asked > 0 ? Math.min(asked, MOST_RETRY_AFTER_MS) : null,
    text: await readText(response),
  };
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES)
      throw refused(`the answer is over ${MOST_BYTES / 1024 / 1024} MB: let the query sum more`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const failure = z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() });
/** Of `errorType`: what the same question may succeed with later. */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'canceled', 'unavailable', 'internal']);

function judge(reply: Reply, clean: Door['clean']): unknown {
  const { status, text } = reply;
  const body = parse(text);
  const said = failure.safeParse(body);
  const words = said.success ? `${said.data.errorType}: ${said.data.error}` : plain(text);
  const told = clean(words).slice(0, MOST_WORDS);
  if (status >= 200 && status < 300 && !said.success) {
    if (body !== undefined) return body;
    // A login page is there to stay; JSON that ends early was cut off on its way.
    if (reply.contentType.includes('json')) throw unavailable('its answer broke off', reply);
    throw refused(
      `what answers is not the Prometheus API but ${reply.contentType || 'something else'}: ${told}`,
    );
  }
  if (status >= 300 && status < 400)
    throw refused(
      `it answered ${status}, a redirect, which is not followed: PROMETHEUS_URL is another address`,
    );
  if (status === 401 || status === 403) throw refused(`it does not let us in (${status}): ${told}`);
  const passes = status === 408 || status === 429 || (status >= 500 && status !== 501);
  if (passes || (said.success && PASSING.has(said.data.errorType)))
    throw unavailable(`it answered ${status}: ${told}`, reply);
  throw refused(`it answered ${status}: ${told}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a page of HTML says, in one line. */
function plain(text: string): string {
  return text
    .slice(0, 20_000)
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Node's fetch says "fetch failed", and its cause says why. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? describeError(error) : `${describeError(error)}: ${describeError(cause)}`;
}

function unavailable(message: string, reply?: Pick<Reply, 'retryAfterMs'>): AppError {
  const retryAfterMs = reply?.retryAfterMs ?? null;
  return new AppError('sli_unavailable', `Prometheus does not answer: ${message}`, {
    retryable: true,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

function refused(message: string): AppError {
  return new AppError('sli_refused', `Prometheus: ${message}`, { retryable: false });
}
