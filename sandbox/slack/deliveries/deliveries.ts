import type { Clock } from '../../../src/ports.ts';
import type { CallLog } from '../call-log.ts';
import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { JsonObject } from '../types.ts';
import type { AppSettings } from '../workspace.ts';
import { openOutbox } from './outbox.ts';
import { postDelivery, type Ack, type Delivery } from './post.ts';

export interface Deliveries {
  /** An interaction: a form with one field `payload`. Sent once. */
  sendInteraction(payload: JsonObject & { type: string }): Promise<Ack>;
  /** A slash command: plain form fields. Sent once. */
  sendCommand(fields: Record<string, string>): Promise<Ack>;
  /** An event, kept until the app took it or three retries failed. */
  queueEvent(event: JsonObject & { type: string }): void;
  /** Resolves when nothing is on its way and no event is due; retries of later are left alone. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export async function makeDeliveries(parts: {
  app: AppSettings;
  faults: Faults;
  calls: CallLog;
  journal: Journal;
  clock: Clock;
}): Promise<Deliveries> {
  const { journal, clock } = parts;
  const onTheirWay = new Set<Promise<unknown>>();
  let stopped = false;

  function post(delivery: Delivery): Promise<Ack> {
    const sent = postDelivery(parts, delivery).finally(() => onTheirWay.delete(sent));
    onTheirWay.add(sent);
    return sent;
  }

  async function sendOnce(name: string, fields: Record<string, string>, args: JsonObject): Promise<Ack> {
    const body = new URLSearchParams(fields).toString();
    const ack = await post({ name, args, contentType: 'application/x-www-form-urlencoded', body });
    await journal.flush();
    return ack;
  }

  const outbox = await openOutbox(journal, clock, post);
  outbox.pump();
  return {
    sendInteraction: (payload) => sendOnce(payload.type, { payload: JSON.stringify(payload) }, payload),
    sendCommand: (fields) => sendOnce(fields['command'] ?? 'command', fields, fields),
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
      await Promise.allSettled(onTheirWay);
    },
  };
}
