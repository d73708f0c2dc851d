import { createHash } from 'node:crypto';

/** One id for one wish, whoever sends it again: the first half of a hash, written as rows want it. */
export function idOfRequest(what: string, requestId: string): string {
  const hex = createHash('sha256').update(`${what} ${requestId}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
