import type { Args } from '../api/args.ts';
import { refuse, type Refusal } from '../answer.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string;
}

/** One page of a list by `limit` and `cursor`; the cursor is opaque to the client, an empty one is the end. */
export function pageOf<T>(
  items: readonly T[],
  args: Args,
  sizes: { standard: number; most: number },
): Page<T> | Refusal {
  const limit = args.int('limit') ?? sizes.standard;
  if (Number.isNaN(limit) || limit < 0 || limit > sizes.most) return refuse('invalid_limit');
  const start = offsetOf(args.text('cursor'));
  if (start === undefined) return refuse('invalid_cursor');
  const end = start + (limit === 0 ? sizes.standard : limit);
  return {
    items: items.slice(start, end),
    nextCursor: end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}

function offsetOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return 0;
  const offset = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  return offset === undefined ? undefined : Number(offset);
}
