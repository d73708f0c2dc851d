/** A terminal's Ctrl-C reaches us twice when npm passes it on: repeats within this time (real) are one. */
const SAME_SIGNAL_MS = 1_000;

/** Resolves at the first SIGTERM or SIGINT; a second one later means "now", and ends the process at once. */
export function stopOnSignal(): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const take = (): void => {
      const at = performance.now();
      if (firstAt === undefined) {
        firstAt = at;
        resolve();
      } else if (at - firstAt > SAME_SIGNAL_MS) {
        process.exit(1);
      }
    };
    process.on('SIGTERM', take);
    process.on('SIGINT', take);
  });
}
