import { expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { pendingWork } from '../../src/jobs/pending.ts';
import { until, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();

it('200 due tasks drain without waiting for a poll', async () => {
  let runs = 0;
  const kind = workKind(async (context) => {
    await withTransaction(stage.pool, (tx) => context.guard(tx));
    runs += 1;
    return DONE;
  });
  for (let index = 0; index < 200; index += 1) await stage.enqueue({ key: `k${index}` });
  const begunAt = performance.now();
  await stage.makeJobs({ kinds: [kind], concurrency: 4 }).start();
  await until(
    'drained',
    async () => {
      const work = await pendingWork(stage.pool, stage.clock.now());
      return work.due + work.running === 0;
    },
    15_000,
  );
  expect(runs).toBe(200);
  // 0.9 s on two busy cores, 7 s on badly overloaded ones; the queue polls every 2 s, which would make 100.
  expect(performance.now() - begunAt).toBeLessThan(15_000);
});
