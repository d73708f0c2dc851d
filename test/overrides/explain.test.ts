import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { explainOverride } from '../../src/overrides/explain.ts';
import { makePayoutKind } from '../../src/overrides/payout-kind.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { useGround } from '../operations/ground.ts';

const ground = useGround();
const policy = sandboxPolicy(undefined);
let reader: Pool;
beforeAll(async () => {
  reader = makeFinancePool(ground.finance.url, { schema: 'finance', log: makeLog('silent') });
  await ground.finance.pool.query(
    `insert into finance.fx_rates (day, currency, rate) values ('2026-01-14', 'TRY', 0.02), ('2026-01-15', 'TRY', 0.02)`,
  );
});
afterAll(() => reader.end());
beforeEach(async () => {
  await ground.ours.pool.query('delete from user_groups');
  await ground.ours.pool.query('update role_snapshot set groups_read_at = clock_timestamp()');
  await ground.ours.pool.query(
    `insert into user_groups (id, handle, user_ids)
     values ('SM', 'finance-managers', '{UM1,UM2}'), ('SL', 'finance-leads', '{UL1}')`,
  );
});

function explain(subjectId = ground.transactionId) {
  const { pool } = ground.ours;
  const { clock, platform } = ground;
  const kind = makePayoutKind({
    pool,
    policy,
    platform,
    clock,
    financePrimary: () => Promise.resolve(reader),
    onChange: () => Promise.resolve(),
  });
  return explainOverride({ pool, policy, kind }, clock.now(), { subjectId, ask: true });
}

test('each choice is told with its quorum', async () => {
  const explanation = await explain();
  const choices = explanation?.choices.map(({ verdict, quorum, reachable }) => [
    `${verdict.target}:${verdict.basis}`,
    verdict.holds,
    quorum.needed,
    reachable,
  ]);
  expect(choices).toEqual([
    ['mark_paid:provider_success', false, 2, true],
    ['mark_paid:bank_proof', true, 2, true],
    ['reject:attempts_dead', true, 1, true],
    ['reject:provider_cancellation', true, 2, true],
    ['retry_above_limit:attempts_dead', false, 1, true],
  ]);
  for (const { verdict } of explanation?.choices ?? [])
    expect(verdict.reasons.length === 0).toBe(verdict.holds);
});

test('who could approve is told, and who could not be reached', async () => {
  expect((await explain())?.approvers).toMatchObject({ leadIds: ['UL1'] });
  await ground.ours.pool.query(`update user_groups set user_ids = '{}'`);
  const alone = await explain();
  expect(alone?.choices.every(({ reachable }) => reachable === false)).toBe(true);
  await ground.ours.pool.query('update role_snapshot set groups_read_at = null');
  expect((await explain())?.approvers).toBeNull();
});

test('nothing is stored', async () => {
  await explain();
  const { rows } = await ground.ours.pool.query(
    'select (select count(*) from overrides) + (select count(*) from operations) as n',
  );
  expect(rows).toEqual([{ n: '0' }]);
});

test('of a payout that never was there is nothing to tell', async () => {
  expect(await explain('tx_never')).toBeNull();
});
