import { hash } from 'node:crypto';

/** Draws that depend on nothing but their key: the same key gives the same numbers on every machine and every day. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high), not rounded. */
  between(low: number, high: number): number;
  /** 16 hexadecimal digits of the key itself: an id. */
  readonly serial: string;
}

export function makeRandom(key: string): Random {
  let block = hash('sha256', key, 'buffer');
  const serial = block.toString('hex', 24, 32);
  // The last eight bytes are the serial, so that an id says nothing about the draws.
  let used = 0;
  let round = 0;
  const next = (): number => {
    if (used === 24) {
      round += 1;
      block = hash('sha256', `${key}#${round}`, 'buffer');
      used = 0;
    }
    const draw = block.readUInt32BE(used) / 0x1_0000_0000;
    used += 4;
    return draw;
  };
  return { next, between: (low, high) => low + next() * (high - low), serial };
}

/** One of the weighted choices, by a draw in [0, 1). */
export function pick<T>(choices: readonly (readonly [T, number])[], draw: number): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let left = draw * total;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return choices.at(-1)![0];
}
