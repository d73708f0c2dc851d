/** One moment of one payment's life. */
export interface Due {
  at: number;
  id: string;
  /** Which event of its script: events of one moment keep their order. */
  order: number;
}

/** What is due next, in order of time, id and script: a binary heap, since scale 50 has five million of these. */
export function makeAgenda() {
  const heap: Due[] = [];
  return {
    add(due: Due): void {
      let index = heap.length;
      heap.push(due);
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(due, heap[parent]!)) break;
        heap[index] = heap[parent]!;
        index = parent;
      }
      heap[index] = due;
    },
    /** Takes the earliest if it is due at `to` or before. */
    takeUntil(to: number): Due | undefined {
      const first = heap[0];
      if (first === undefined || first.at > to) return undefined;
      const last = heap.pop()!;
      if (heap.length > 0) sink(heap, last);
      return first;
    },
  };
}

function sink(heap: Due[], due: Due): void {
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, due)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = due;
}

function isBefore(a: Due, b: Due): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.id === b.id ? a.order < b.order : a.id < b.id;
}
