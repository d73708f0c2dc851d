import type { JsonObject } from '../types.ts';

/** How long Slack waits for an ack, in real milliseconds. */
export const ACK_LIMIT_MS = 3_000;

/** One event, interaction or command on its way to the app. */
export interface Delivery {
  /** What the log calls it: an event type, an interaction type or a command. */
  name: string;
  kind: 'events_api' | 'interactive' | 'slash_commands';
  /** The same whenever it is sent again over a socket. */
  envelopeId: string;
  payload: JsonObject;
  retry?: { num: number; reason: string };
}

/** What the app said within three seconds. */
export interface Ack {
  /** HTTP status, 200 for an ack over a socket; 0 when there was no answer. */
  status: number;
  ackMs: number;
  body: string;
  /** Why this delivery failed, in Slack's words for retries; absent when it was accepted. */
  error?: 'http_timeout' | 'connection_failed' | 'http_error';
  noRetry: boolean;
}

/** Faults that break the way itself, rather than keep a delivery off it. */
export type WayFault = 'drop' | 'lost_reply';

/** A way to the app: signed requests, or its sockets. Never throws. */
export type Carry = (delivery: Delivery, fault: WayFault | undefined) => Promise<Ack>;
