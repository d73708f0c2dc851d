import { parseMultipart, type RouteRequest } from '../http.ts';
import { isJsonObject, type JsonObject } from '../types.ts';

const FORM = 'application/x-www-form-urlencoded';
/** Arguments that travel as JSON text in a form. */
const JSON_ARGUMENTS = new Set(['blocks', 'attachments', 'metadata', 'view', 'files', 'message']);

/** Arguments of one call, read from a form, a multipart form, a JSON body or the address. */
export interface Args {
  /** As they came, JSON arguments parsed where they could be; without the token. Fit for the log. */
  all: JsonObject;
  token: string | undefined;
  /** The token stands in the authorization header, not among the arguments. */
  isBearer: boolean;
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** NaN when it is there and no whole number. */
  int(name: string): number | undefined;
  bool(name: string): boolean;
  /** The parsed value; undefined when it isn't there; `malformed` when it is no JSON. */
  json(name: string): unknown;
}

export const malformed = Symbol('not JSON');

/** Undefined when the body is of a kind Slack doesn't take (invalid_post_type). */
export async function readArgs(request: RouteRequest): Promise<Args | undefined> {
  const raw: JsonObject = Object.fromEntries(request.url.searchParams);
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  if (request.body.length > 0) {
    const fields = await readFields(request, type);
    if (fields === undefined) return undefined;
    Object.assign(raw, fields);
  }
  const bearer = /^bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = bearer ?? (typeof raw['token'] === 'string' ? raw['token'] : undefined);
  delete raw['token'];
  return makeArgs(raw, { token, isBearer: bearer !== undefined });
}

async function readFields(request: RouteRequest, type: string): Promise<JsonObject | undefined> {
  if (type.startsWith(FORM)) return Object.fromEntries(new URLSearchParams(request.body.toString('utf8')));
  if (type.startsWith('multipart/form-data')) {
    const fields = await parseMultipart(request.body, request.headers['content-type'] ?? '');
    return fields === undefined ? undefined : Object.fromEntries(fields);
  }
  if (!type.startsWith('application/json')) return undefined;
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function makeArgs(raw: JsonObject, entry: Pick<Args, 'token' | 'isBearer'>): Args {
  const all: JsonObject = {};
  const broken = new Set<string>();
  for (const [name, value] of Object.entries(raw)) {
    if (value === null || value === undefined) continue;
    all[name] = value;
    if (typeof value !== 'string' || !JSON_ARGUMENTS.has(name) || value === '') continue;
    try {
      all[name] = JSON.parse(value);
    } catch {
      broken.add(name);
    }
  }
  return {
    all,
    ...entry,
    has: (name) => all[name] !== undefined && all[name] !== '',
    text(name) {
      const value = all[name];
      if (typeof value === 'string') return value === '' ? undefined : value;
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
    },
    int(name) {
      const value = all[name];
      if (value === undefined || value === '') return undefined;
      if (typeof value === 'number') return Number.isInteger(value) ? value : Number.NaN;
      return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    },
    bool: (name) => [true, 'true', '1', 1].includes(all[name] as string),
    json: (name) => (broken.has(name) ? malformed : all[name] === '' ? undefined : all[name]),
  };
}
