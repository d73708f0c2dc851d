import { setTimeout as delay } from 'node:timers/promises';

/** Looks until there is an answer; real time, bounded. Throws with what it waited for. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = 60_000,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (;;) {
    const answer = await look();
    if (answer !== undefined) return answer;
    if (performance.now() > until) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await delay(20);
  }
}
