import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../src/ports.ts';
import type { Journal } from '../journal.ts';
import { freshId } from '../state.ts';
import { BOT, TEAM, type JsonObject } from '../types.ts';
import type { Ack, Delivery } from './delivery.ts';

/** Waits before the three retries of an event: https://docs.slack.dev/apis/events-api */
const RETRY_AFTER_MS = [0, 60_000, 300_000];
/** How long a timer sleeps at most; the clock may run otherwise than real time. */
const LOOK_AGAIN_MS = 1_000;

interface PendingEvent {
  id: string;
  envelope: JsonObject & { event: JsonObject };
  /** Retries made so far. */
  retries: number;
  reason: string;
  /** Milliseconds by the workspace's clock. */
  dueAt: number;
}

/** Events on their way to the app, kept over a restart until the app took them or three retries failed. */
export interface Outbox {
  add(event: JsonObject): void;
  /** Is an event waiting that should have left by now? */
  hasDue(): boolean;
  /** Sends what is due. */
  pump(): void;
  stop(): void;
}

/** `post` sends one delivery and tells what came of it; it never throws. */
export async function openOutbox(
  journal: Journal,
  clock: Clock,
  post: (delivery: Delivery) => Promise<Ack>,
): Promise<Outbox> {
  const pending = new Map<string, PendingEvent>();
  const sending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  for (const event of await journal.load<PendingEvent>('delivery')) pending.set(event.id, event);

  function due(): PendingEvent[] {
    const now = clock.now().getTime();
    return [...pending.values()].filter((event) => event.dueAt <= now && !sending.has(event.id));
  }

  function pump(): void {
    if (stopped) return;
    clearTimeout(timer);
    for (const event of due()) {
      sending.add(event.id);
      void deliver(event);
    }
    if (pending.size > sending.size) timer = setTimeout(pump, LOOK_AGAIN_MS).unref();
  }

  async function deliver(event: PendingEvent): Promise<void> {
    settle(event, await post(deliveryOf(event)));
    sending.delete(event.id);
    await journal.flush().catch(() => undefined);
    pump();
  }

  function settle(event: PendingEvent, ack: Ack): void {
    const wait = RETRY_AFTER_MS[event.retries];
    if (ack.error === undefined || ack.noRetry || wait === undefined) {
      pending.delete(event.id);
      journal.remove('delivery', event.id);
      return;
    }
    event.retries += 1;
    event.reason = ack.error;
    event.dueAt = clock.now().getTime() + wait;
    journal.put('delivery', event.id, event);
  }

  const stopListening = clock.onJump(pump);
  return {
    add(event) {
      const now = clock.now().getTime();
      const id = freshId('Ev');
      const envelope = envelopeOf(id, event, Math.floor(now / 1000));
      const item: PendingEvent = { id, retries: 0, reason: '', dueAt: now, envelope };
      pending.set(id, item);
      journal.put('delivery', id, item);
      pump();
    },
    hasDue: () => due().length > 0,
    pump,
    stop() {
      stopped = true;
      clearTimeout(timer);
      stopListening();
    },
  };
}

function deliveryOf(event: PendingEvent): Delivery {
  return {
    name: String(event.envelope.event['type']),
    kind: 'events_api',
    envelopeId: randomUUID(),
    payload: event.envelope,
    ...(event.retries === 0 ? {} : { retry: { num: event.retries, reason: event.reason } }),
  };
}

function envelopeOf(id: string, event: JsonObject, eventTime: number): PendingEvent['envelope'] {
  return {
    token: 'local-verification-token',
    team_id: TEAM.id,
    api_app_id: BOT.appId,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: eventTime,
    is_ext_shared_channel: false,
    event_context: `4-${id}`,
    context_team_id: TEAM.id,
    context_enterprise_id: null,
    authorizations: [
      {
        enterprise_id: null,
        team_id: TEAM.id,
        user_id: BOT.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
  };
}
