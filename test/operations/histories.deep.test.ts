import fc from 'fast-check';
import { test } from 'vitest';
import { useGround } from './ground.ts';
import { expectTruth, history, live } from './history.ts';

const ground = useGround();

/** Where the tries, the look-ups and the forgetting of keys meet. Two files, since each takes minutes. */
test('in 5,000 histories nothing is done twice', { timeout: 1_800_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => expectTruth(await live(ground, given))),
    { numRuns: 5_000 },
  );
});
