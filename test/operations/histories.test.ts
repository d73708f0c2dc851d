import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './ground.ts';
import { expectTruth, history, live } from './history.ts';

const ground = useGround();

test('in 300 histories nothing is done twice', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => expectTruth(await live(ground, given))),
    { numRuns: 300 },
  );
  expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
});
