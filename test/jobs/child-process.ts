import { setTimeout as sleep } from 'node:timers/promises';
import { makePool, withTransaction } from '../../src/database/pool.ts';
import { AppError } from '../../src/errors.ts';
import { makeJobs } from '../../src/jobs/make-jobs.ts';
import { makeLog } from '../../src/log.ts';
import { makeTestClock } from '../support/clock.ts';
import { DONE, START, workKind } from './work-kind.ts';

// A process of its own for tests that kill or stop it: begins a task, says so, and goes on when told by a row's change.
const [url] = process.argv.slice(2);
if (url === undefined) throw new Error('usage: child-process.ts <database url>');
const log = makeLog('silent');
const pool = makePool(url, { max: 10, applicationName: 'child', log });

const kind = workKind(async (context, payload) => {
  const { childMs, inside } = payload;
  if (inside !== true) process.stdout.write('begun\n');
  try {
    if (inside !== true) await sleep(Number(childMs));
    await withTransaction(pool, async (tx) => {
      await context.guard(tx);
      if (inside !== true) return;
      process.stdout.write('begun\n');
      await sleep(Number(childMs));
    });
    process.stdout.write('wrote\n');
  } catch (error) {
    process.stdout.write(error instanceof AppError ? `${error.code}\n` : 'cut off\n');
    throw error;
  }
  return DONE;
});

await makeJobs({
  pool,
  clock: makeTestClock(START),
  log,
  kinds: [kind],
  schedules: [],
  policyHash: 'p1',
  onFailed: async () => undefined,
  onMissed: async () => undefined,
}).start();
