import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../slack/faults.ts';
import { refuseAs, type Answer } from './refusals.ts';

/** How long a "slow" fault holds a call back before it is carried out, in real milliseconds. */
const SLOW_MS = 2_000;

/** What a planted fault makes of a call. */
export type Suffered =
  /** It is carried out; then the connection is cut where the reply is lost. */
  | { execute: true; isReplyLost: boolean }
  /** It is not; the answer is null where the connection is gone. */
  | { execute: false; answer: Answer | null };

export async function sufferFault(fault: Fault | undefined, response: ServerResponse): Promise<Suffered> {
  switch (fault?.kind) {
    case undefined:
      return { execute: true, isReplyLost: false };
    case 'lost_reply':
      return { execute: true, isReplyLost: true };
    case 'slow':
      await wait(SLOW_MS);
      return { execute: true, isReplyLost: false };
    case 'drop':
      response.destroy();
      return { execute: false, answer: null };
    case 'timeout':
      if (!response.destroyed) await once(response, 'close');
      return { execute: false, answer: null };
    case '429':
      return { execute: false, answer: refuseAs(429, 'too_many_requests', 'Slow down.', fault.retryAfter) };
    case '500':
      return { execute: false, answer: refuseAs(500, 'internal_error', 'Something went wrong.') };
    case 'error':
      return { execute: false, answer: errorOf(fault.error) };
  }
}

/** The words of kind "error": not let in, no JSON, or a code that nobody listed. */
function errorOf(word: string): Answer {
  if (word === 'unauthorised') return refuseAs(401, 'unauthorised', 'The token is missing or wrong.');
  if (word === 'not_json')
    return {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><body><h1>Scheduled maintenance</h1></body></html>',
    };
  return refuseAs(422, word, 'It was refused.');
}
