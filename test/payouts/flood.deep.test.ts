import { expect, test } from 'vitest';
import { flood, payAll, timed } from './flood.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const COUNT = 10_000;
/** 3 to 6 s each, and loose, since others use the machine too. */
const LIMIT_MS = 30_000;

test('10,000 stuck payouts are one message and one check', { timeout: 120_000 }, async () => {
  await flood(ground, COUNT);
  expect(await timed(() => ground.check())).toBeLessThan(LIMIT_MS);
  expect(await ground.cards()).toMatchObject([{ kind: 'payout_group', version: 1 }]);
  expect(await timed(() => ground.check())).toBeLessThan(LIMIT_MS);
  ground.clock.advance(2 * 3_600_000);
  expect(await timed(() => ground.check())).toBeLessThan(LIMIT_MS);
  const escalations = await ground.ours.pool.query('select from escalations');
  expect(escalations.rowCount).toBe(ground.policy.escalations.most_at_once + 1);
  await payAll(ground);
  expect(await timed(() => ground.check())).toBeLessThan(LIMIT_MS);
  const { rows } = await ground.ours.pool.query(
    `select (select count(*)::int from payouts where over_how = 'paid') as paid,
            (select count(*)::int from findings where state <> 'resolved') as findings,
            (select count(*)::int from escalations where state <> 'resolved') as escalations,
            (select state from payout_groups) as "group"`,
  );
  expect(rows).toEqual([{ paid: COUNT, findings: 0, escalations: 0, group: 'over' }]);
});
