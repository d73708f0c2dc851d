import fc from 'fast-check';
import { test } from 'vitest';
import { useGround } from './ground.ts';
import { expectTruth, history, live } from './history.ts';

const ground = useGround();

/** Where the tries, the look-ups and the forgetting of keys meet: about a minute for 500 of them. */
test('hundreds of histories, and nothing is done twice', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => expectTruth(await live(ground, given))),
    { numRuns: 500 },
  );
});
