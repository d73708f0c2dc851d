import { expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import type { TaskId } from '../../src/ids.ts';
import type { TaskFailure } from '../../src/jobs/types.ts';
import { failOverrideTask } from '../../src/overrides/rescue-overrides.ts';
import { useGround } from './ground.ts';

const ground = useGround();

function failureOf(id: string, kind: string): TaskFailure {
  return {
    taskId: 'none' as TaskId,
    kind,
    key: `override:${id}`,
    payload: { id },
    error: 'a bug',
    code: 'internal',
    at: ground.clock.now(),
  };
}

it('takes an override up again ten minutes after its task was given up', async () => {
  await ground.add('tx', { amount: '2000' });
  const override = await ground.asked('tx');
  const { pool } = ground.ours;
  const readDue = async () =>
    (await pool.query<{ due_at: Date }>(`select due_at from tasks where kind = 'override'`)).rows;
  await pool.query(`delete from tasks where kind = 'override'`);
  await withTransaction(pool, (tx) => failOverrideTask(tx, failureOf(override.id, 'card')));
  expect(await readDue()).toEqual([]);
  await withTransaction(pool, (tx) => failOverrideTask(tx, failureOf(override.id, 'override')));
  const [task] = await readDue();
  expect(task?.due_at.getTime()).toBe(ground.clock.now().getTime() + 600_000);
});
