import { performance } from 'node:perf_hooks';
import { ACK_LIMIT_MS, type Ack, type Carry, type Delivery, type WayFault } from '../deliveries/delivery.ts';
import { parseJsonBody } from '../http.ts';
import { isJsonObject, type JsonObject } from '../types.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';

/** An app whose last socket closed so long ago (real time) is gone: a reconnecting client is back before. */
const GONE_AFTER_MS = 9_000;

interface Pending {
  delivery: Delivery;
  startedAt: number;
  /** Where it was written last; undefined while it waits for a socket. */
  on: Connection | undefined;
  /** Times it was written. */
  sent: number;
  /** Breaks the line once. */
  fault: WayFault | undefined;
  timer: NodeJS.Timeout;
  settle: (ack: Ack) => void;
}

/** Carries deliveries as envelopes of Socket Mode. */
export interface Envelopes {
  /**
   * Resolves with the ack, or after three seconds (real) without. Each envelope goes to one socket. When that closes
   * before the ack the envelope goes to another, or waits for the next one. A dropped one's socket breaks as soon as it
   * is written; one whose reply is lost has its socket break with the ack on it.
   */
  carry: Carry;
  /** No socket is open, and none has been for longer than a client takes to reconnect: deliveries fail at once. */
  appIsGone(): boolean;
  stop(): void;
}

export function makeEnvelopes(connections: Connections): Envelopes {
  const pending = new Map<string, Pending>();
  let aloneSince = performance.now();

  function transmit(one: Pending): void {
    const connection = connections.next(one.on);
    one.on = connection;
    if (connection === undefined) return;
    const envelope = envelopeOf(one.delivery, one.sent);
    one.sent += 1;
    if (one.fault !== 'drop') return connection.send(envelope);
    one.fault = undefined;
    connection.send(envelope, () => connection.cut());
  }

  function take(one: Pending, connection: Connection, payload: unknown): void {
    if (one.fault === 'lost_reply') {
      one.fault = undefined;
      one.on = connection;
      return connection.cut();
    }
    pending.delete(one.delivery.envelopeId);
    clearTimeout(one.timer);
    one.settle({ status: 200, ackMs: msSince(one), body: replyOf(one.delivery, payload), noRetry: false });
  }

  function giveUp(one: Pending): void {
    pending.delete(one.delivery.envelopeId);
    const error = one.sent === 0 ? 'connection_failed' : 'http_timeout';
    one.settle({ status: 0, ackMs: msSince(one), body: '', noRetry: false, error });
  }

  const appIsGone = (): boolean =>
    connections.open().length === 0 && performance.now() - aloneSince > GONE_AFTER_MS;

  connections.listen({
    opened() {
      for (const one of pending.values()) if (one.on === undefined) transmit(one);
    },
    received(connection, frame) {
      const ack = parseJsonBody(Buffer.from(frame)) ?? {};
      const one = pending.get(String(ack['envelope_id']));
      if (one !== undefined) take(one, connection, ack['payload']);
    },
    closed(connection) {
      aloneSince = performance.now();
      for (const one of pending.values()) if (one.on === connection) transmit(one);
    },
  });

  return {
    carry(delivery, fault) {
      const limitMs = appIsGone() ? 0 : ACK_LIMIT_MS;
      return new Promise((resolve) => {
        const one: Pending = {
          delivery,
          startedAt: performance.now(),
          on: undefined,
          sent: 0,
          fault,
          timer: setTimeout(() => giveUp(one), limitMs),
          settle: resolve,
        };
        pending.set(delivery.envelopeId, one);
        transmit(one);
      });
    },
    appIsGone,
    stop() {
      for (const one of pending.values()) {
        clearTimeout(one.timer);
        giveUp(one);
      }
    },
  };
}

function msSince({ startedAt }: Pending): number {
  return Math.round(performance.now() - startedAt);
}

/** Only interactions and commands take a reply with the ack; an empty one is none. */
function replyOf({ kind }: Delivery, payload: unknown): string {
  if (kind === 'events_api' || !isJsonObject(payload) || Object.keys(payload).length === 0) return '';
  return JSON.stringify(payload);
}

function envelopeOf(delivery: Delivery, sentBefore: number): JsonObject {
  const { kind, envelopeId, payload, retry } = delivery;
  const envelope = {
    envelope_id: envelopeId,
    type: kind,
    accepts_response_payload: kind !== 'events_api',
    payload,
  };
  if (kind !== 'events_api') return envelope;
  const reason = sentBefore > 0 ? 'connection_failed' : (retry?.reason ?? '');
  return {
    ...envelope,
    retry_attempt: (retry?.num ?? 0) + sentBefore,
    retry_reason: reason === 'http_timeout' ? 'timeout' : reason,
  };
}
