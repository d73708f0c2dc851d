import type { JsonObject } from './types.ts';

/** What a Web API method answers: HTTP 200 either way, as Slack does. */
export type Answer = ({ ok: true } & JsonObject) | Refusal;

export type Refusal = { ok: false; error: string } & JsonObject;

export function refuse(error: string, more: JsonObject = {}): Refusal {
  return { ok: false, error, ...more };
}

/** Slack's form for arguments that are wrong in themselves. */
export function refuseArguments(...messages: string[]): Refusal {
  return refuse('invalid_arguments', {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { ok?: unknown }).ok === false;
}
