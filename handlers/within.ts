/** A person sees a failure after three seconds without an ack; one second is left for the way. */
export const ANSWER_LIMIT_MS = 2_000;

export type Timely<T> = { inTime: true; value: T } | { inTime: false; later: Promise<T> };

/** Waits for work for so long in real time; the work itself goes on. What it throws in time is thrown. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<Timely<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Timely<T>>((resolve) => {
    timer = setTimeout(() => resolve({ inTime: false, later: work }), limitMs);
  });
  try {
    return await Promise.race([work.then((value): Timely<T> => ({ inTime: true, value })), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Acks once, however many paths want to. */
export function once<Args extends unknown[]>(
  ack: (...args: Args) => Promise<void>,
): (...args: Args) => Promise<void> {
  let acked: Promise<void> | undefined;
  return (...args) => (acked ??= ack(...args));
}
