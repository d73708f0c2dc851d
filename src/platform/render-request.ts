import type { PLACEHOLDERS } from '../policy/platform.ts';
import { hideSecrets } from './scrub.ts';

export type Placeholder = (typeof PLACEHOLDERS)[number];
/** What stands for the words in braces; one that is not there can't be filled in. */
export type Values = Partial<Record<Placeholder, string>>;

/** A request as the policy writes it. */
export interface RequestTemplate {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Record<string, string> | undefined;
}

export interface RenderedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** Path, query and body as they are kept: without our secrets. */
  kept: { path: string; body: string | null };
}

const PLACEHOLDER = /\{(\w+)\}/g;

/** Fills in a template; null when a word has no value. */
export function fill(
  template: string,
  values: Values,
  spell: (value: string) => string = (value) => value,
): string | null {
  let whole = true;
  const filled = template.replaceAll(PLACEHOLDER, (_, word: string) => {
    const value = values[word as Placeholder];
    if (value === undefined) whole = false;
    return spell(value ?? '');
  });
  return whole ? filled : null;
}

/**
 * One request to the platform. Null when it can't be made so that it means what it says: a word has no value, a part of
 * the path would be empty or dots that lead elsewhere. `extra`: headers beside those of the template.
 */
export function renderRequest(
  { base, template, extra = {} }: { base: string; template: RequestTemplate; extra?: Record<string, string> },
  values: Values,
  secrets: readonly string[],
): RenderedRequest | null {
  const path = fill(template.path, values, spellInPath);
  if (path === null || !isPlain(path, template.path)) return null;
  const url = base.replace(/\/+$/, '') + path;
  if (!URL.canParse(url)) return null;
  const headers: Record<string, string> = { accept: 'application/json' };
  for (const [name, text] of Object.entries({ ...extra, ...template.headers })) {
    const filled = fill(text, values, spellInHeader);
    if (filled === null) return null;
    headers[name.toLowerCase()] = filled;
  }
  const body = renderBody(template, values);
  if (body === undefined) return null;
  if (body !== null) headers['content-type'] ??= 'application/json';
  if (!areHeaders(headers)) return null;
  return {
    method: template.method,
    url,
    headers,
    body,
    kept: {
      path: hideSecrets(path, secrets),
      body: body === null ? null : hideSecrets(body, secrets),
    },
  };
}

/** Undefined when a word has no value. A GET carries none. */
function renderBody({ method, body }: RequestTemplate, values: Values): string | null | undefined {
  if (body === undefined || method === 'GET') return null;
  const filled: Record<string, string> = {};
  for (const [name, text] of Object.entries(body)) {
    const value = fill(text, values);
    if (value === null) return undefined;
    filled[name] = value;
  }
  return JSON.stringify(filled);
}

function spellInPath(value: string): string {
  return encodeURIComponent(value.replaceAll(/\p{Cs}/gu, '\uFFFD'));
}

/** Headers are printable ASCII; what is not is spelt as in an address. */
function spellInHeader(value: string): string {
  return value.replaceAll(/[^\x20-\x7E]+/gu, spellInPath);
}

/** An address reads dots and empty parts as another place: nothing of ours may be spelt so. */
function isPlain(path: string, template: string): boolean {
  const partsOf = (whole: string) => (whole.split('?')[0] ?? '').split('/').slice(1);
  const parts = partsOf(path);
  const endsInSlash = parts.at(-1) === '' && partsOf(template).at(-1) === '';
  return (endsInSlash ? parts.slice(0, -1) : parts).every((part) => !/^(\.|%2e)*$/i.test(part));
}

function areHeaders(headers: Record<string, string>): boolean {
  try {
    return new Headers(headers) instanceof Headers;
  } catch {
    return false;
  }
}
