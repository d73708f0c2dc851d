import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from './types.ts';
import { isJsonObject } from './types.ts';

const MAX_BODY_BYTES = 120 * 1024 * 1024;

/** A routed request: its address taken apart, its body whole. */
export interface RouteRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Handles one "METHOD /path" of the workspace's server. */
export type RouteHandler = (request: RouteRequest, response: ServerResponse) => Promise<void> | void;

/** Throws when the body is longer than any upload may be. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    const chunk = part as Buffer;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('The request body is too long.');
    parts.push(chunk);
  }
  return Buffer.concat(parts, bytes);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** The body of a /sandbox call; an empty body is {}. Undefined when it is no JSON object. */
export function parseJsonBody(body: Buffer): JsonObject | undefined {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Fields of a multipart body; a file part is kept as bytes. Undefined when the body is malformed. */
export async function parseMultipart(
  body: Buffer,
  contentType: string,
): Promise<Map<string, string | Buffer> | undefined> {
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    const fields = new Map<string, string | Buffer>();
    for (const [name, value] of form.entries())
      fields.set(name, typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer()));
    return fields;
  } catch {
    return undefined;
  }
}
