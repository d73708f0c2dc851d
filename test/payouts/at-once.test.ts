import { expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const IDS = ['t1', 't2', 't3', 't4', 't5', 't6', 't7'];

test('looks at once make one episode each and no deadlock', async () => {
  for (const id of IDS) await ground.add(id);
  await Promise.all([ground.check(), ...IDS.map((id) => ground.look(id)), ground.check()]);
  expect((await ground.payouts()).map(({ transactionId }) => transactionId).toSorted()).toEqual(IDS);
  const before = await ground.payouts();
  const pressed = await Promise.all(
    before.flatMap((payout) => [ground.press(payout, 'retry'), ground.press(payout, 'recheck')]),
  );
  const accepted = pressed.flatMap((outcome) => (outcome.ok ? [outcome.operationId] : []));
  expect(accepted).toHaveLength(IDS.length);
  await Promise.all([
    ground.check(),
    ...accepted.map((id) => ground.carryOut(id)),
    ...IDS.map((id) => ground.look(id)),
    ground.check(),
  ]);
  await ground.check();
  const open = (await ground.payouts()).filter(({ state }) => state === 'open');
  expect(open.map(({ transactionId }) => transactionId).toSorted()).toEqual(IDS);
  expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
});

test('a check gives operations a task that have none', async () => {
  await ground.add('t1');
  await ground.check();
  const pressed = await ground.press(await ground.only('t1'), 'recheck');
  if (!pressed.ok) throw new Error(pressed.why);
  await ground.ours.pool.query('delete from tasks');
  await ground.check();
  const { rows } = await ground.ours.pool.query(`select key from tasks where kind = 'operation'`);
  expect(rows).toEqual([{ key: `operation:${pressed.operationId}` }]);
});

test('a look whose task another process has writes nothing', async () => {
  await ground.add('t1');
  ground.guard = async () => {
    throw new Error('overtaken');
  };
  await expect(ground.check()).rejects.toThrow('overtaken');
  expect(await ground.payouts()).toEqual([]);
  expect(await ground.cards()).toEqual([]);
});
