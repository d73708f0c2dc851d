import { test } from 'vitest';
import { useGround } from './override-ground.ts';
import { liveMany } from './override-history.ts';

const ground = useGround();

/** Half of 10,000: the other half is in more-histories.deep.test.ts, and the two files run at the same time. */
test(
  'in 5,000 histories nothing is done by hand that the rules do not allow',
  { timeout: 1_800_000 },
  async () => {
    await liveMany(ground, 5_000, 1_000);
  },
);
