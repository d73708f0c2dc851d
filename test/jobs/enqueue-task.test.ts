import { describe, expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { BugError } from '../../src/errors.ts';
import { enqueueTask } from '../../src/jobs/enqueue-task.ts';
import { pendingWork } from '../../src/jobs/pending.ts';
import { tasksByKey, useStage } from './stage.ts';

const stage = useStage();

async function jobCount(): Promise<number> {
  const { rows } = await stage.pool.query<{ n: number }>('select count(*)::int as n from jobs.jobs');
  return rows[0]?.n ?? -1;
}

describe('asking for a task', () => {
  it('hands a due one to the queue at once', async () => {
    await stage.enqueue({ key: 'a' });
    expect(await jobCount()).toBe(1);
  });

  it('keeps a later one from the queue', async () => {
    await stage.enqueue({ key: 'a', inMs: 60_000 });
    expect(await jobCount()).toBe(0);
    expect(await pendingWork(stage.pool, stage.clock.now())).toEqual({
      due: 0,
      running: 0,
      nextDueAt: new Date(stage.clock.now().getTime() + 60_000),
    });
  });

  it('leaves nothing when the transaction rolls back', async () => {
    const now = stage.clock.now();
    const doomed = withTransaction(stage.pool, async (tx) => {
      await enqueueTask(tx, now, { kind: 'work', key: 'a', payload: {}, dueAt: now });
      throw new Error('rolled back');
    });
    await expect(doomed).rejects.toThrow('rolled back');
    expect(await tasksByKey(stage.pool, 'a')).toEqual([]);
    expect(await jobCount()).toBe(0);
  });

  it('twice is one, earlier and with the new payload', async () => {
    const first = await stage.enqueue({ key: 'a', inMs: 60_000, payload: { n: 1 } });
    const second = await stage.enqueue({ key: 'a', inMs: 90_000, payload: { n: 2 } });
    expect(second).toBe(first);
    const [row, ...others] = await tasksByKey(stage.pool, 'a');
    expect(others).toEqual([]);
    expect(row?.payload).toEqual({ n: 2 });
    expect(row?.due_at).toEqual(new Date(stage.clock.now().getTime() + 60_000));
    await stage.enqueue({ key: 'a', inMs: 1_000 });
    expect((await tasksByKey(stage.pool, 'a'))[0]?.due_at).toEqual(
      new Date(stage.clock.now().getTime() + 1_000),
    );
  });

  it('does not cut a back-off short', async () => {
    await stage.enqueue({ key: 'a', inMs: 60_000 });
    await stage.pool.query(`update tasks set faults = 1, last_error = 'slow down' where key = 'a'`);
    await stage.enqueue({ key: 'a' });
    expect((await tasksByKey(stage.pool, 'a'))[0]?.due_at).toEqual(
      new Date(stage.clock.now().getTime() + 60_000),
    );
  });

  it('by two at once is one task', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => stage.enqueue({ key: 'a' })));
    expect(new Set(ids).size).toBe(1);
    expect(await tasksByKey(stage.pool, 'a')).toHaveLength(1);
  });

  it('of another kind under the same key is a bug', async () => {
    await stage.enqueue({ key: 'a' });
    await expect(stage.enqueue({ key: 'a', kind: 'other' })).rejects.toThrow(BugError);
  });

  it('after the last one ended is a new task', async () => {
    await stage.enqueue({ key: 'a' });
    await stage.pool.query(`update tasks set state = 'done'`);
    await stage.enqueue({ key: 'a' });
    expect((await tasksByKey(stage.pool, 'a')).map((row) => row.state).toSorted()).toEqual([
      'done',
      'pending',
    ]);
  });
});
