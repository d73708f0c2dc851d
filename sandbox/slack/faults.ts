import { isJsonObject } from './types.ts';

const KINDS = ['429', '500', 'timeout', 'drop', 'slow', 'lost_reply', 'error', 'none'] as const;

type FaultKind = Exclude<(typeof KINDS)[number], 'none'>;

/** A fault that shapes the next `times` calls of its target. */
export interface Fault {
  kind: FaultKind;
  /** Seconds, for 429. */
  retryAfter: number;
  /** Slack's error word, for kind "error": the call is refused with it and does nothing. */
  error: string;
}

export interface FaultOrder extends Omit<Fault, 'kind'> {
  target: string;
  kind: FaultKind | 'none';
  times: number;
  /** Nobody said how often: what counts in minutes lasts until it is taken back. */
  untilNone?: true;
}

export interface Faults {
  plant(order: FaultOrder): void;
  /** The fault the next call of the first of these targets that has one must suffer; used up one time. */
  take(...targets: string[]): Fault | undefined;
}

export function makeFaults(): Faults {
  const planted = new Map<string, (Fault & { left: number })[]>();
  return {
    plant(order) {
      if (order.kind === 'none') {
        planted.delete(order.target);
        return;
      }
      const queue = planted.get(order.target) ?? [];
      queue.push({
        kind: order.kind,
        retryAfter: order.retryAfter,
        error: order.error,
        left: order.times,
      });
      planted.set(order.target, queue);
    },
    take(...targets) {
      for (const target of targets) {
        const queue = planted.get(target);
        const fault = queue?.[0];
        if (queue === undefined || fault === undefined) continue;
        fault.left -= 1;
        if (fault.left <= 0) queue.shift();
        return fault;
      }
      return undefined;
    },
  };
}

/** The body of POST /sandbox/faults, or the words for what is wrong with it. */
export function parseFaultOrder(body: unknown): FaultOrder | string {
  if (!isJsonObject(body)) return 'the body must be a JSON object';
  const { target, times = 1, retry_after: retryAfter = 1, error = 'internal_error' } = body;
  const kind = KINDS.find((known) => known === String(body['kind']));
  if (typeof target !== 'string' || target === '') return 'target must be a text';
  if (kind === undefined) return `kind must be one of ${KINDS.join(', ')}`;
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1)
    return 'times must be a whole number';
  if (typeof retryAfter !== 'number' || retryAfter < 0) return 'retry_after must be seconds';
  if (typeof error !== 'string') return 'error must be a text';
  const order: FaultOrder = { target, kind, times, retryAfter, error };
  return body['times'] === undefined ? { ...order, untilNone: true } : order;
}
