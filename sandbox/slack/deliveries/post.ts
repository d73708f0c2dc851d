import { setTimeout as wait } from 'node:timers/promises';
import type { CallLog } from '../call-log.ts';
import type { Fault, Faults } from '../faults.ts';
import type { Ack, Carry, Delivery } from './delivery.ts';

const SLOW_MS = 2_000;

/** Sends one delivery, with the fault that waits for it, and logs what came of it; never throws. */
export async function postDelivery(
  parts: { carry: Carry; faults: Faults; calls: CallLog },
  delivery: Delivery,
): Promise<Ack> {
  const fault = parts.faults.take('delivery');
  const ack = await attempt(parts.carry, delivery, fault);
  parts.calls.append({
    direction: 'delivery',
    method: delivery.name,
    ok: ack.error === undefined,
    status: ack.status,
    ...(ack.error === undefined ? {} : { error: ack.error }),
    ...(fault === undefined ? {} : { fault: fault.kind }),
    args: delivery.payload,
  });
  return ack;
}

/** A slow delivery arrives late; timeout, 429, 500 and error keep it from arriving; the others break its way. */
async function attempt(carry: Carry, delivery: Delivery, fault: Fault | undefined): Promise<Ack> {
  const nothing = { ackMs: 0, body: '', noRetry: false };
  switch (fault?.kind) {
    case 'timeout':
      return { ...nothing, status: 0, error: 'http_timeout' };
    case '429':
      return { ...nothing, status: 429, error: 'http_error' };
    case '500':
    case 'error':
      return { ...nothing, status: 500, error: 'http_error' };
    case 'slow':
      await wait(SLOW_MS);
      return await carry(delivery, undefined);
    case 'drop':
    case 'lost_reply':
      return await carry(delivery, fault.kind);
    case undefined:
      return await carry(delivery, undefined);
  }
}
