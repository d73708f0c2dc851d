import type { Reply } from './call-once.ts';
import type { RequestTemplate, Values } from './render-request.ts';
import type { ActionName, Exchange } from './types.ts';

/** A reply that is an answer. */
type Answer = Reply & { came: true };

/** A call that the policy declares, ready to be made; the token is filled in when it is. */
export interface Call {
  action: ActionName;
  template: RequestTemplate;
  values: Values;
  /** Beside those that every call has. */
  headers: Record<string, string>;
  /** How long it may wait for a free hand, in milliseconds of real time. */
  mostWaitMs: number;
  /** Does the policy declare this answer? Then it is one, whatever its status, and lets us in. */
  isDeclared: (answer: Answer) => boolean;
}

/** What a call came to. Without an exchange certainly nothing was sent. */
export type Called =
  | { as: 'answered'; answer: Answer; exchange: Exchange }
  | { as: 'unauthorised'; status: number; exchange: Exchange | null }
  | { as: 'unreachable'; exchange: Exchange | null }
  /** It can't be put together from what it is about: nobody was called, and it says nothing of the platform. */
  | { as: 'unsendable'; exchange: null }
  | { as: 'later'; why: 'paused' | 'busy'; retryAfterMs: number | null; exchange: Exchange | null }
  | { as: 'unclear'; why: 'time_limit' | 'connection'; exchange: Exchange };

/** What is worth an alert; each is told once, until its opposite is. */
export type PlatformEvent =
  | { as: 'unreachable'; failures: number }
  | { as: 'reachable' }
  | { as: 'unauthorised'; status: number }
  | { as: 'authorised' };
