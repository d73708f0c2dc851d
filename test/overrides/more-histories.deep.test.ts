import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useGround } from './override-ground.ts';
import { expectLawful, history, live } from './override-history.ts';

const ground = useGround();

/** Two files of 1,000, since each takes minutes. */
test(
  'in 1,000 histories nothing is done by hand that the rules do not allow',
  { timeout: 1_800_000 },
  async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const world = await live(ground, given);
        expectLawful(world);
        done += world.known.flatMap(({ effects }) => effects).length;
      }),
      { numRuns: 1_000, endOnFailure: true },
    );
    expect(done).toBeGreaterThan(500);
  },
);
