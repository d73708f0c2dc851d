import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { withTransaction } from '../../src/database/pool.ts';
import { enqueueTask } from '../../src/jobs/enqueue-task.ts';
import { makeJobs, type Jobs } from '../../src/jobs/make-jobs.ts';
import { pendingWork } from '../../src/jobs/pending.ts';
import type { TaskKind } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { composeOperations } from '../../src/main/operations.ts';
import { composePayouts } from '../../src/main/payouts.ts';
import { waitFor } from '../support/wait-for.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const log = makeLog('silent');
const running: Jobs[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map((jobs) => jobs.stop()))));

/** Whatever shows and climbs is somebody else's: here it is done at once. */
const others = ['card', 'escalation'].map((kind): TaskKind<unknown> => ({
  kind,
  payload: z.unknown(),
  maxFaults: 2,
  run: async () => ({ state: 'done' }),
}));

/** One process of the app, as far as payouts go. */
async function startProcess(): Promise<void> {
  const { ours, reader, policy, platform, clock } = ground;
  const { pool } = ours;
  const payouts = composePayouts({
    pool,
    finance: reader,
    policy,
    platform,
    clock,
    afterFindings: async () => [],
  });
  const operations = composeOperations({
    pool,
    policy,
    platform,
    financePrimary: async () => reader,
    onChange: (tx, now, operation) => payouts.afterOperation(tx, now, operation),
    log,
  });
  const jobs = makeJobs({
    pool,
    clock,
    log,
    kinds: [...payouts.taskKinds, ...operations.taskKinds, ...others],
    schedules: payouts.schedules,
    policyHash: 'p',
    concurrency: 2,
    onFailed: async () => undefined,
    onMissed: async () => undefined,
  });
  running.push(jobs);
  await jobs.start();
}

async function settled(): Promise<void> {
  await waitFor('work to end', async () => {
    const { due, running: busy } = await pendingWork(ground.ours.pool, ground.clock.now());
    return due + busy === 0 ? true : undefined;
  });
}

test('two processes look and send side by side', async () => {
  const ids = ['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8'];
  for (const [index, id] of ids.entries()) await ground.add(id, { errorCode: `e${index % 4}` });
  await startProcess();
  await startProcess();
  const check = (key: string) =>
    withTransaction(ground.ours.pool, (tx) =>
      enqueueTask(tx, ground.clock.now(), {
        kind: 'check-payouts',
        key,
        payload: {},
        dueAt: ground.clock.now(),
      }),
    );
  await check('first');
  await settled();
  const payouts = await ground.payouts();
  expect(payouts).toHaveLength(ids.length);
  await Promise.all([
    ...payouts.map((payout) => ground.press(payout, 'retry')),
    check('second'),
    check('third'),
  ]);
  await settled();
  const { rows: errors } = await ground.ours.pool.query(
    'select key, last_error from tasks where last_error is not null',
  );
  expect(errors).toEqual([]);
  expect(ground.platform.effects).toHaveLength(ids.length);
  expect(await ground.payouts()).toMatchObject(
    ids.map(() => ({ state: 'open', paymentState: 'payout_pending' })),
  );
  // A minute later each is seen to be paid, without another check.
  for (const id of ids) await ground.move(id, 'paid', { n: 2, status: 'succeeded' });
  ground.clock.advance(60_000);
  await Promise.all(running.map((jobs) => jobs.wake()));
  await settled();
  expect(await ground.payouts()).toMatchObject(ids.map(() => ({ state: 'over', overHow: 'paid' })));
});
