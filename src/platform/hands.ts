/** So many at a time, first come, first served. */
export interface Hands {
  /** Waits for a free hand; the release is called once. Null: none was free for `mostWaitMs`, real time. */
  take(mostWaitMs: number): Promise<(() => void) | null>;
}

export function makeHands(most: number): Hands {
  let free = most;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take(mostWaitMs) {
      if (free > 0) {
        free -= 1;
        return release;
      }
      return await new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(served), 1);
          resolve(null);
        }, mostWaitMs);
        function served(): void {
          clearTimeout(timer);
          resolve(release);
        }
        waiting.push(served);
      });
    },
  };
}
