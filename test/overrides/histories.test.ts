import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './override-ground.ts';
import { liveMany } from './override-history.ts';

const ground = useGround();

test(
  'in 300 histories nothing is done by hand that the rules do not allow',
  { timeout: 600_000 },
  async () => {
    await liveMany(ground, 300, 20);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  },
);
