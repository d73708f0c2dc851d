/** Counts listeners under way: Bolt's stop waits for answers, not for what listeners do after them. */
export interface Drain {
  /** Runs the rest of a request's middleware, counted. */
  count(next: () => Promise<void>): Promise<void>;
  /** Resolves when no listener is under way. */
  empty(): Promise<void>;
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
    empty: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
