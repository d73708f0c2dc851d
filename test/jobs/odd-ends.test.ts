import { expect, describe, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { BugError, type AppError } from '../../src/errors.ts';
import { makeGate, tasksByKey, until, untilState, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();

describe('a task', () => {
  it('that hangs is a fault, and what it writes later is refused', async () => {
    const gate = makeGate();
    const late: string[] = [];
    let aborted = false;
    const kind = workKind(async (context) => {
      if (context.faults > 0) return DONE;
      context.signal.addEventListener('abort', () => (aborted = true));
      await gate.opened;
      await withTransaction(stage.pool, (tx) => context.guard(tx)).catch((error: AppError) => {
        late.push(error.code);
      });
      return DONE;
    });
    await stage.makeJobs({ kinds: [{ ...kind, limitMs: 100 }] }).start();
    await stage.enqueue({ key: 'a' });
    await until('a fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 1);
    expect((await tasksByKey(stage.pool, 'a'))[0]?.last_error).toBe('it did not end within 0 s');
    expect(aborted).toBe(true);
    stage.clock.advance(2_000);
    await untilState(stage.pool, 'a', 'done');
    gate.open();
    await until('the late one', () => late.length > 0);
    expect(late).toEqual(['overtaken']);
  });

  it('that hangs every time fails for good and alerts', async () => {
    const kind = { ...workKind(() => new Promise<never>(() => undefined), { maxFaults: 2 }), limitMs: 50 };
    const jobs = stage.makeJobs({ kinds: [kind] });
    await jobs.start();
    await stage.enqueue({ key: 'a' });
    await until('a fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 1);
    stage.clock.advance(2_000);
    await untilState(stage.pool, 'a', 'failed');
    expect(stage.failures).toHaveLength(1);
  });

  it('of a kind that only newer processes know is left to them', async () => {
    const older = stage.makeJobs({});
    await older.start();
    await stage.enqueue({ key: 'a' });
    await until('a fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 1);
    expect(await tasksByKey(stage.pool, 'a')).toMatchObject([{ state: 'pending' }]);
    await older.stop();
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    stage.clock.advance(2_000);
    await untilState(stage.pool, 'a', 'done');
    expect(stage.failures).toEqual([]);
  });

  it('whose error no row takes ends all the same', async () => {
    const kind = workKind(async () => Promise.reject(new BugError('\0 and \uD83D')));
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a' });
    await untilState(stage.pool, 'a', 'failed');
    expect(stage.failures).toMatchObject([{ error: ' and \uFFFD' }]);
  });

  it('of a kind that nobody knows fails and alerts', async () => {
    const jobs = stage.makeJobs({});
    await jobs.start();
    await stage.enqueue({ key: 'a', kind: 'unknown' });
    for (let faults = 1; faults < 12; faults += 1) {
      await until('a fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === faults);
      expect(stage.failures).toEqual([]);
      stage.clock.advance(600_000);
      await jobs.wake();
    }
    await untilState(stage.pool, 'a', 'failed');
    expect(stage.failures[0]?.error).toContain('unknown');
  });

  it('whose alert fails is not lost', async () => {
    let alerts = 0;
    const onFailed = async () => {
      alerts += 1;
      if (alerts === 1) throw new Error('the alert could not be written');
    };
    const kinds = [workKind(async () => Promise.reject(new BugError('x')))];
    await stage.makeJobs({ kinds, onFailed }).start();
    await stage.enqueue({ key: 'a' });
    await untilState(stage.pool, 'a', 'failed');
    expect(alerts).toBe(2);
  });
});
