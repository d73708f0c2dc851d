import { expect, test } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import type { FaultCode } from '../../src/errors.ts';
import type { TaskId } from '../../src/ids.ts';
import { failCheck } from '../../src/payouts/check-payouts.ts';
import { useGround } from './ground.ts';

const ground = useGround();

async function fail(kind = 'check-payouts', code: FaultCode = 'finance_unavailable'): Promise<boolean> {
  const at = ground.clock.now();
  const failure = { taskId: 't' as TaskId, kind, key: `slot:payouts.check:${at.toISOString()}`, payload: {} };
  ground.clock.advance(300_000);
  return await withTransaction(ground.ours.pool, (tx) =>
    failCheck(tx, { ...failure, error: 'away', code, at }),
  );
}

test('checks that fail one after the other are one alert, until one does not', async () => {
  expect([await fail(), await fail()]).toEqual([true, true]);
  expect(await alerts()).toEqual([{ state: 'open', count: 2 }]);
  await ground.check();
  expect(await alerts()).toEqual([{ state: 'resolved', count: 2 }]);
  await fail();
  expect(await alerts()).toEqual([
    { state: 'resolved', count: 2 },
    { state: 'open', count: 1 },
  ]);
});

test('looks at single payouts tell nobody that the money is away: the check does', async () => {
  const before = await alerts();
  expect(await fail('look-at-payout')).toBe(true);
  expect(await fail('look-at-payout', 'internal')).toBe(false);
  expect(await alerts()).toEqual(before);
});

test('any other task is told by others', async () => {
  expect(await fail('digest')).toBe(false);
});

async function alerts(): Promise<object[]> {
  const { rows } = await ground.ours.pool.query(
    `select state, count from alerts where kind = 'task_failed' order by first_at`,
  );
  return rows;
}
