/** Counts listeners under way: Bolt's stop waits for answers, not for what listeners do after them. */
export interface Drain {
  /** Runs the rest of a request's middleware, counted. */
  count(next: () => Promise<void>): Promise<void>;
  /** Resolves when no listener is under way, or after so many milliseconds (real). */
  empty(limitMs: number): Promise<void>;
}

export function makeDrain(): Drain {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  return {
    async count(next) {
      underWay += 1;
      try {
        await next();
      } finally {
        underWay -= 1;
        if (underWay === 0) {
          for (const resolve of waiting) resolve();
          waiting = [];
        }
      }
    },
    empty(limitMs) {
      if (underWay === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const late = setTimeout(resolve, limitMs);
        waiting.push(() => {
          clearTimeout(late);
          resolve();
        });
      });
    },
  };
}
