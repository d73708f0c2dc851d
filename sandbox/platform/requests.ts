import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject } from '../slack/types.ts';
import type { RefusalCode } from './refusals.ts';

export type ChangeAction = 'retry' | 'mark_paid' | 'reject';
export type PlatformAction = ChangeAction | 'recheck' | 'lookup';

/** A call of the API, taken apart. */
export type PlatformRequest =
  | { action: ChangeAction; payoutId: string; key: string; body: string }
  | { action: 'recheck'; attemptId: string; provider: string; reference: string }
  | { action: 'lookup'; key: string };

const CHANGES: Record<string, ChangeAction> = { retry: 'retry', 'mark-paid': 'mark_paid', reject: 'reject' };

/** Which call a method and an address are; undefined for none. */
export function routeOf(
  method: string,
  url: URL,
  headers: IncomingHttpHeaders,
  body: string,
): PlatformRequest | undefined {
  const [version, noun, id, verb, ...rest] = url.pathname.slice(1).split('/').map(decode);
  if (version !== 'v1' || id === undefined || id === '' || id.includes('\0') || rest.length > 0)
    return undefined;
  if (noun === 'payouts' && method === 'POST') {
    const action = CHANGES[verb ?? ''];
    const key = headers['idempotency-key'];
    return action === undefined
      ? undefined
      : { action, payoutId: id, key: typeof key === 'string' ? key.trim() : '', body };
  }
  if (method !== 'GET' || verb !== undefined) return undefined;
  if (noun === 'operations') return { action: 'lookup', key: id };
  if (noun !== 'attempts') return undefined;
  const { searchParams: query } = url;
  return {
    action: 'recheck',
    attemptId: id,
    provider: query.get('provider') ?? '',
    reference: query.get('reference') ?? '',
  };
}

/** The reason and who asked, or what is wrong with the body of a change. */
export function parseChange(body: string): { fields: Record<string, unknown> } | { refused: RefusalCode } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body === '' ? '{}' : body);
  } catch {
    return { refused: 'body_invalid' };
  }
  if (!isJsonObject(parsed)) return { refused: 'body_invalid' };
  const { reason } = parsed;
  return typeof reason === 'string' && reason.trim() !== ''
    ? { fields: parsed }
    : { refused: 'reason_missing' };
}

/** The override that a change carries out; empty for none. */
export function overrideIn(body: string): string {
  const parsed = parseChange(body);
  const override = 'fields' in parsed ? parsed.fields.override : undefined;
  return typeof override === 'string' ? override.trim() : '';
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
