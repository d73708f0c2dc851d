import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './override-ground.ts';
import { expectLawful, history, live } from './override-history.ts';

const ground = useGround();

test(
  'in 300 histories nothing is done by hand that the rules do not allow',
  { timeout: 180_000 },
  async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const world = await live(ground, given);
        expectLawful(world);
        done += world.known.flatMap(({ effects }) => effects).length;
      }),
      { numRuns: 300 },
    );
    // Where nothing is ever done, nothing is ever wrong.
    expect(done).toBeGreaterThan(20);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  },
);
