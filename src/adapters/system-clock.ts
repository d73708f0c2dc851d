import type { Clock } from '../ports.ts';

/** The machine's clock. It never jumps as far as we can know. */
export const systemClock: Clock = {
  now: () => new Date(),
  onJump: () => () => undefined,
};
