import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/ports.ts';
import type { CallLog } from '../call-log.ts';
import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { Connections } from '../sockets/connections.ts';
import { makeEnvelopes } from '../sockets/envelopes.ts';
import type { JsonObject } from '../types.ts';
import type { AppSettings } from '../workspace.ts';
import type { Ack, Delivery } from './delivery.ts';
import { openOutbox } from './outbox.ts';
import { postDelivery } from './post.ts';
import { makeRequests } from './request.ts';

/** Over sockets an interaction or command that was not acked in time is sent again so many times. */
const TIMES_AGAIN = 2;

export interface Deliveries {
  /** An interaction. The answer is what the person sees of it within three seconds. */
  sendInteraction(payload: JsonObject & { type: string }): Promise<Ack>;
  /** A slash command. */
  sendCommand(fields: Record<string, string>): Promise<Ack>;
  /** An event, kept until the app took it or three retries failed. */
  queueEvent(event: JsonObject & { type: string }): void;
  /** Resolves when nothing is on its way and no event is due; retries of later are left alone. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export async function makeDeliveries(parts: {
  app: AppSettings;
  connections: Connections;
  faults: Faults;
  calls: CallLog;
  journal: Journal;
  clock: Clock;
}): Promise<Deliveries> {
  const { app, journal, clock } = parts;
  const onTheirWay = new Set<Promise<unknown>>();
  const envelopes = makeEnvelopes(parts.connections);
  const isSocketMode = app.appToken !== undefined;
  const carry = isSocketMode ? envelopes.carry : makeRequests(app);
  let stopped = false;

  function post(delivery: Delivery): Promise<Ack> {
    const sent = postDelivery({ ...parts, carry }, delivery).finally(() => onTheirWay.delete(sent));
    onTheirWay.add(sent);
    return sent;
  }

  async function postAgain(delivery: Delivery, times: number): Promise<void> {
    const ack = await post(delivery);
    if (shouldGoAgain(ack) && times > 1) await postAgain(delivery, times - 1);
    else await journal.flush().catch(() => undefined);
  }

  const shouldGoAgain = ({ error }: Ack): boolean =>
    isSocketMode &&
    !stopped &&
    !envelopes.appIsGone() &&
    (error === 'http_timeout' || error === 'connection_failed');

  async function send(delivery: Omit<Delivery, 'envelopeId'>): Promise<Ack> {
    const enveloped = { ...delivery, envelopeId: randomUUID() };
    const ack = await post(enveloped);
    if (shouldGoAgain(ack)) void postAgain(enveloped, TIMES_AGAIN);
    await journal.flush();
    return ack;
  }

  const outbox = await openOutbox(journal, clock, post);
  outbox.pump();
  return {
    sendInteraction: (payload) => send({ name: payload.type, kind: 'interactive', payload }),
    sendCommand: (fields) =>
      send({ name: fields['command'] ?? 'command', kind: 'slash_commands', payload: fields }),
    queueEvent: (event) => outbox.add(event),
    async idle() {
      while (!stopped && (onTheirWay.size > 0 || outbox.hasDue())) {
        outbox.pump();
        await Promise.allSettled(onTheirWay);
        // The event's own bookkeeping runs in the turns after its answer.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async stop() {
      stopped = true;
      outbox.stop();
      envelopes.stop();
      await Promise.allSettled(onTheirWay);
    },
  };
}
