import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { claimTask, type HeldTask } from '../../src/jobs/task-store.ts';
import { beat } from '../../src/jobs/runner-store.ts';
import { settleTask, type Ending } from '../../src/jobs/settle-task.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const KEYS = ['a', 'b', 'c'] as const;

type Step =
  | { do: 'enqueue'; key: string; inMs: number }
  | { do: 'claim' }
  | { do: 'settle'; ending: 'done' | 'again' | 'fault' | 'failed' }
  | { do: 'stall' }
  | { do: 'advance'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('enqueue'),
      key: fc.constantFrom(...KEYS),
      inMs: fc.constantFrom(0, 0, 1_000),
    }),
  },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'claim' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      ending: fc.constantFrom('done', 'again', 'fault', 'failed'),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'stall' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.constantFrom(500, 3_000) }) },
) as fc.Arbitrary<Step>;

/** Two runners, steps in batches that run at once. `ran` holds the last payload that ran to its end for each key. */
function makeWorld() {
  let count = 0;
  const held: HeldTask[] = [];
  const asked = new Map<string, Set<number>>();
  const ran = new Map<string, number>();
  const runner = { id: randomUUID(), workerPoolId: 'pool-1', policyHash: 'p1' };

  async function claimAny(): Promise<void> {
    const { rows } = await stage.pool.query<{ id: string }>(
      `select id from tasks where state in ('pending', 'running') order by random() limit 1`,
    );
    if (rows[0] === undefined) return;
    const task = await claimTask(stage.pool, {
      id: rows[0].id,
      runnerId: runner.id,
      now: stage.clock.now(),
      limits: {},
    });
    if (task !== undefined) held.push(task);
  }

  async function settle(as: 'done' | 'again' | 'fault' | 'failed'): Promise<void> {
    const task = held.shift();
    if (task === undefined) return;
    const at = new Date(stage.clock.now().getTime() + 2_000);
    const endings: Record<typeof as, Ending> = {
      done: { as: 'done' },
      again: { as: 'again', at },
      fault: { as: 'fault', at, error: 'x' },
      failed: { as: 'failed', error: 'x', code: 'internal' },
    };
    const settled = await settleTask(stage.pool, task, endings[as], stage.clock.now(), async () => undefined);
    const n = (task.payload as { n: number }).n;
    if (settled.as === 'done' || settled.as === 'failed') ran.set(task.key, n);
  }

  async function perform(one: Step, batch: Map<string, Set<number>>): Promise<void> {
    switch (one.do) {
      case 'enqueue': {
        count += 1;
        const n = count;
        await stage.enqueue({ key: one.key, inMs: one.inMs, payload: { n } });
        batch.set(one.key, (batch.get(one.key) ?? new Set()).add(n));
        return;
      }
      case 'claim':
        return await claimAny();
      case 'settle':
        return await settle(one.ending);
      case 'stall':
        await stage.pool.query(
          `update tasks set state = 'pending', runner_id = null where state = 'running'`,
        );
        return;
      case 'advance':
        stage.clock.advance(one.ms);
    }
  }

  return { held, asked, ran, runner, claimAny, settle, perform };
}

it('random histories keep one live task a key and lose no wish', async () => {
  const history = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      await stage.pool.query('delete from tasks');
      await stage.pool.query('delete from runners');
      const world = makeWorld();
      await beat(stage.pool, world.runner);
      for (const batch of batches) {
        const asked = new Map<string, Set<number>>();
        await Promise.all(batch.map((one) => world.perform(one, asked)));
        for (const [key, numbers] of asked) world.asked.set(key, numbers);
        const { rows } = await stage.pool.query<{ live: number }>(
          `select count(*)::int as live from tasks where state in ('pending', 'running') group by key`,
        );
        for (const row of rows) expect(row.live).toBe(1);
      }
      for (let rounds = 0; rounds < 60; rounds += 1) {
        stage.clock.advance(3_000);
        await world.claimAny();
        while (world.held.length > 0) await world.settle('done');
      }
      const left = await stage.pool.query(
        `select key, state from tasks where state in ('pending', 'running')`,
      );
      expect(left.rows).toEqual([]);
      for (const [key, numbers] of world.asked) expect(numbers).toContain(world.ran.get(key));
    }),
    { numRuns: 100 },
  );
});
