import { setTimeout as wait } from 'node:timers/promises';

/** What `work` gives, or what `late` gives once `limitMs` of real time are over; the work then goes on unheard. */
export async function within<T>(limitMs: number, work: Promise<T>, late: () => T): Promise<T> {
  const stop = new AbortController();
  // Whichever ends later may fail: Promise.race listens to both, so neither is an unhandled rejection.
  const timer = wait(limitMs, undefined, { signal: stop.signal }).then(late);
  try {
    return await Promise.race([work, timer]);
  } finally {
    stop.abort();
  }
}
