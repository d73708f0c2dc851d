import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeReconcileTask } from '../../src/reconciliation/tasks.ts';
import { startManualRun } from '../../src/reconciliation/start-manual-run.ts';
import { newId } from '../../src/ids.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';

let house: House;
beforeAll(async () => {
  house = await makeHouse(testPolicy(), '2026-01-15T06:00:00Z');
});
afterAll(() => house.drop());

const start = (actor: string, requestId: string = newId()) =>
  startManualRun(house.deps, house.clock.now(), { actor, requestId });

test('two at once start one, and the other hears who did', async () => {
  const [one, other] = await Promise.all([start('person:U1'), start('person:U2')]);
  const started = one.ok ? 'person:U1' : 'person:U2';
  const refused = one.ok ? other : one;
  expect([one.ok, other.ok].filter(Boolean)).toHaveLength(1);
  expect(refused).toMatchObject({ why: 'under_way', run: { startedBy: started, trigger: 'manual' } });
  const { rows } = await house.ours.pool.query(
    `select count(*)::int as runs, (select count(*)::int from tasks where kind = 'reconcile') as tasks from runs`,
  );
  expect(rows).toEqual([{ runs: 1, tasks: 1 }]);
});

test('its message is asked for as it starts and as it goes on', async () => {
  const { rows } = await house.ours.pool.query<{ id: string }>('select id from runs');
  const { id } = rows[0]!;
  expect(house.digests).toEqual([id]);
  await house.step(makeReconcileTask(house.deps), { runId: id });
  expect(house.digests).toEqual([id, id]);
});

test('a body that is sent again starts nothing', async () => {
  await house.ours.pool.query(`update runs set state = 'failed', settled_at = created_at`);
  const requestId = newId<string>();
  expect(await start('person:U1', requestId)).toMatchObject({ ok: true });
  await house.ours.pool.query(`update runs set state = 'failed', settled_at = created_at`);
  expect(await start('person:U1', requestId)).toEqual({ ok: false, why: 'repeated' });
});
