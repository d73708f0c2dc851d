import { expect, it } from 'vitest';
import { pendingWork } from '../../src/jobs/pending.ts';
import { until, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();

it('all work ends although every connection breaks twice', async () => {
  const ended = new Set<string>();
  let broken = 0;
  const breakAll = () =>
    stage.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  const kind = workKind(async (context) => {
    if (ended.size === 10 * (broken + 1) && broken < 2) {
      broken += 1;
      await breakAll();
    }
    ended.add(context.key);
    return DONE;
  });
  for (let index = 0; index < 40; index += 1) await stage.enqueue({ key: `k${index}` });
  const jobs = stage.makeJobs({ kinds: [kind], concurrency: 4 });
  await jobs.start();
  await until(
    'all ended',
    async () => {
      const work = await pendingWork(stage.pool, stage.clock.now()).catch(() => null);
      if (work !== null && work.due + work.running === 0 && work.nextDueAt === null) return true;
      // What was hit in mid-run backs off on our clock.
      stage.clock.advance(50);
      return false;
    },
    18_000,
  );
  expect(broken).toBe(2);
  expect(ended.size).toBe(40);
  expect((await jobs.health()).working).toBe(true);
});
