import { expect, test } from 'vitest';
import { openStage } from '../support/stage.ts';

test('what was done a month ago is forgotten, trouble is kept', { timeout: 60_000 }, async () => {
  const stage = await openStage({ planted: false });
  const db = stage.ours.pool;
  const add = async (key: string, state: string, at: string): Promise<void> => {
    await db.query(
      `insert into tasks (id, kind, key, payload, state, due_at, max_faults, created_at, settled_at)
       values (gen_random_uuid(), 'card', $1, '{}', $2, $3, 5, $3, $3)`,
      [key, state, at],
    );
    await db.query(
      `insert into slots (schedule, slot_at, state, created_at, settled_at) values ($1, $3, $2, $3, $3)`,
      [key, state, at],
    );
  };
  await add('old', 'done', '2025-12-01T00:00:00Z');
  await add('recent', 'done', '2026-01-10T00:00:00Z');
  await add('trouble', 'failed', '2025-12-01T00:00:00Z');
  await add('ancient', 'failed', '2024-10-01T00:00:00Z');
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-16T05:00:00+03:00');
  const kept = async (table: string, column: string): Promise<string[]> => {
    const { rows } = await db.query<{ name: string }>(
      `select ${column} as name from ${table} where ${column} in ('old', 'recent', 'trouble', 'ancient') order by 1`,
    );
    return rows.map(({ name }) => name);
  };
  expect(await kept('tasks', 'key')).toEqual(['recent', 'trouble']);
  expect(await kept('slots', 'schedule')).toEqual(['recent', 'trouble']);
  await app.stop();
  await stage.close();
});
