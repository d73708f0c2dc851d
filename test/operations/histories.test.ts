import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './ground.ts';
import { expectTruth, history, live } from './history.ts';

const ground = useGround();

test('whatever happens, nothing is done twice', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => expectTruth(await live(ground, given))),
    { numRuns: 12 },
  );
  expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
});
