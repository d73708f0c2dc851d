import type { Clock } from '../../src/ports.ts';

export interface TestClock extends Clock {
  set(to: string | Date): void;
  advance(ms: number): void;
}

/** A clock that stands still until it is told; listeners hear of every move. */
export function makeTestClock(iso: string): TestClock {
  let current = new Date(iso).getTime();
  const listeners = new Set<() => void>();
  const moveTo = (ms: number) => {
    current = ms;
    for (const listener of listeners) listener();
  };
  return {
    now: () => new Date(current),
    onJump(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set: (to) => moveTo(new Date(to).getTime()),
    advance: (ms) => moveTo(current + ms),
  };
}
