import { expect, test } from 'vitest';
import { policyWith, useGround } from './ground.ts';

const ground = useGround(policyWith((text) => text.replace(/ {2}start_at: .*\n/, '')));
/** 09:00 in Istanbul. */
const MIDNIGHT_MINUTES = 9 * 60;

test('what failed before today is left to the first run', async () => {
  await ground.add('old', { since: MIDNIGHT_MINUTES + 1 });
  await ground.add('new', { since: MIDNIGHT_MINUTES - 1 });
  await ground.check();
  expect(await ground.cards('payout')).toHaveLength(2);
  expect(await ground.findings('old')).toEqual([]);
  expect(await ground.findings('new')).toHaveLength(1);
  const { rows } = await ground.ours.pool.query(`select opening from findings`);
  expect(rows).toEqual([{ opening: false }]);
  expect((await ground.ours.pool.query('select from settings')).rowCount).toBe(0);
});

test('once it has run all of them are followed', async () => {
  await ground.ours.pool.query(
    `insert into settings (name, value, set_at) values ('reconciliation.start_at', $1, $2)`,
    [JSON.stringify({ at: '2026-01-14T21:00:00.000Z' }), ground.clock.now()],
  );
  await ground.add('old', { since: MIDNIGHT_MINUTES + 1 });
  await ground.check();
  const { rows } = await ground.ours.pool.query(`select opening from findings`);
  expect(rows).toEqual([{ opening: true }]);
});
