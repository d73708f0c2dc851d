import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './override-ground.ts';
import { expectLawful, history, live } from './override-history.ts';

const ground = useGround();

test(
  'in 300 histories nothing is done by hand that the rules do not allow',
  { timeout: 600_000 },
  async () => {
    let done = 0;
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const world = await live(ground, given);
        expectLawful(world);
        done += world.known.flatMap(({ effects }) => effects).length;
      }),
      // The first is told as it was lived: making it smaller would take longer than finding it.
      { numRuns: 300, endOnFailure: true },
    );
    // Where nothing is ever done, nothing is ever wrong.
    expect(done).toBeGreaterThan(20);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  },
);
