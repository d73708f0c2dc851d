import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { AppError, BugError } from '../../src/errors.ts';
import { makeGate, tasksByKey, until, untilState, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();
const hiccup = () => new AppError('slack_unavailable', 'a hiccup', { retryable: true });

describe('a task', () => {
  it('runs with its payload and is done', async () => {
    const seen: unknown[] = [];
    await stage
      .makeJobs({ kinds: [workKind(async (_context, payload) => (seen.push(payload), DONE))] })
      .start();
    await stage.enqueue({ key: 'a', payload: { n: 7 } });
    await untilState(stage.pool, 'a', 'done');
    expect(seen).toEqual([{ n: 7 }]);
  });

  it('waits for its moment on our clock', async () => {
    let runs = 0;
    const jobs = stage.makeJobs({ kinds: [workKind(async () => ((runs += 1), DONE))] });
    await jobs.start();
    await stage.enqueue({ key: 'a', inMs: 3_600_000 });
    stage.clock.advance(3_599_999);
    await jobs.wake();
    expect(runs).toBe(0);
    stage.clock.advance(1);
    await untilState(stage.pool, 'a', 'done');
    expect(runs).toBe(1);
  });

  it('backs off on our clock, not on the wall', async () => {
    const faultsSeen: number[] = [];
    const kind = workKind(async (context) => {
      faultsSeen.push(context.faults);
      if (context.faults < 2) throw hiccup();
      return DONE;
    });
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a' });
    await until('the first fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 1);
    expect((await tasksByKey(stage.pool, 'a'))[0]).toMatchObject({
      state: 'pending',
      due_at: new Date(stage.clock.now().getTime() + 2_000),
      last_error: 'a hiccup',
    });
    stage.clock.advance(2_000);
    await until('the second fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 2);
    stage.clock.advance(4_000);
    await untilState(stage.pool, 'a', 'done');
    expect(faultsSeen).toEqual([0, 1, 2]);
    expect(stage.failures).toEqual([]);
  });

  it('out of faults fails for good and alerts once', async () => {
    const kind = workKind(async () => Promise.reject(hiccup()), { maxFaults: 2 });
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a', payload: { n: 1 } });
    await until('the first fault', async () => (await tasksByKey(stage.pool, 'a'))[0]?.faults === 1);
    stage.clock.advance(2_000);
    await untilState(stage.pool, 'a', 'failed');
    expect(stage.failures).toMatchObject([
      { kind: 'work', key: 'a', payload: { n: 1 }, error: 'a hiccup', code: 'slack_unavailable' },
    ]);
  });

  it.each([
    ['a bug', () => new BugError('impossible')],
    ['a fault that is not retryable', () => new AppError('slack_refused', 'no', { retryable: false })],
  ])('fails at once for %s', async (_name, makeError) => {
    await stage.makeJobs({ kinds: [workKind(async () => Promise.reject(makeError()))] }).start();
    await stage.enqueue({ key: 'a' });
    await untilState(stage.pool, 'a', 'failed');
    expect(stage.failures).toHaveLength(1);
  });

  it('that waits is no fault and comes again', async () => {
    const runs: Date[] = [];
    const kind = workKind(async (context) => {
      runs.push(context.clock.now());
      if (runs.length > 1) return DONE;
      return { state: 'again', at: new Date(context.clock.now().getTime() + 120_000) };
    });
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a' });
    await until(
      'it waits',
      async () => (await tasksByKey(stage.pool, 'a'))[0]?.state === 'pending' && runs.length === 1,
    );
    stage.clock.advance(120_000);
    await untilState(stage.pool, 'a', 'done');
    expect((await tasksByKey(stage.pool, 'a'))[0]?.faults).toBe(0);
    expect(runs).toHaveLength(2);
  });

  it('asked for while it runs, runs once more', async () => {
    const gate = makeGate();
    const payloads: unknown[] = [];
    const kind = workKind(async (_context, payload) => {
      payloads.push(payload['n']);
      if (payloads.length === 1) await gate.opened;
      return DONE;
    });
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a', payload: { n: 1 } });
    await until('it runs', () => payloads.length === 1);
    await stage.enqueue({ key: 'a', payload: { n: 2 } });
    await stage.enqueue({ key: 'a', payload: { n: 3 } });
    gate.open();
    await untilState(stage.pool, 'a', 'done');
    expect(payloads).toEqual([1, 3]);
    expect(await tasksByKey(stage.pool, 'a')).toHaveLength(1);
  });

  it('asked for while it fails, is a new task', async () => {
    const gate = makeGate();
    let runs = 0;
    const kind = workKind(async () => {
      runs += 1;
      if (runs > 1) return DONE;
      await gate.opened;
      throw new BugError('x');
    });
    await stage.makeJobs({ kinds: [kind] }).start();
    await stage.enqueue({ key: 'a' });
    await until('it runs', () => runs === 1);
    await stage.enqueue({ key: 'a' });
    gate.open();
    await until('both ended', async () => {
      const states = (await tasksByKey(stage.pool, 'a')).map((row) => row.state).toSorted();
      return states.join() === 'done,failed';
    });
  });

  it('is run by one of two processes', async () => {
    const runs: string[] = [];
    const kind = workKind(async (context) => (runs.push(context.key), DONE));
    await Promise.all([stage.makeJobs({ kinds: [kind] }).start(), stage.makeJobs({ kinds: [kind] }).start()]);
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => stage.enqueue({ key })));
    await Promise.all(keys.map((key) => untilState(stage.pool, key, 'done')));
    expect(runs.toSorted()).toEqual(keys.toSorted());
  });

  it('whose job was lost is handed over again', async () => {
    await stage.enqueue({ key: 'a' });
    await stage.pool.query('delete from jobs._private_jobs');
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done');
  });

  it('whose job a living worker took and forgot is handed over again', async () => {
    await stage.enqueue({ key: 'a' });
    await stage.pool.query(
      `insert into runners (id, worker_pool_id, policy_hash) values ($1, 'pool-living', 'p1')`,
      [randomUUID()],
    );
    await stage.pool.query(
      `update jobs._private_jobs set locked_by = 'pool-living', locked_at = clock_timestamp() - interval '16 s'`,
    );
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done');
  });

  it('whose job used up its attempts is handed over again', async () => {
    await stage.enqueue({ key: 'a' });
    await stage.pool.query('update jobs._private_jobs set attempts = max_attempts');
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done');
  });
});

describe('a task with which processes die', () => {
  it('is pending again when its process is dead', async () => {
    await stage.enqueue({ key: 'a' });
    const dead = randomUUID();
    await stage.pool.query(`update tasks set state = 'running', runner_id = $1`, [dead]);
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done');
    expect(stage.failures).toEqual([]);
  });

  it('is given up after five of them', async () => {
    let runs = 0;
    await stage.enqueue({ key: 'a' });
    await stage.pool.query('update tasks set deaths = 5');
    await stage.makeJobs({ kinds: [workKind(async () => ((runs += 1), DONE))] }).start();
    await untilState(stage.pool, 'a', 'failed');
    expect(runs).toBe(0);
    expect(stage.failures[0]?.error).toContain('5 processes');
  });

  it('is taken at start by a process that is alone', async () => {
    await stage.enqueue({ key: 'a' });
    const dead = randomUUID();
    await stage.pool.query(
      `insert into runners (id, worker_pool_id, policy_hash) values ($1, 'pool-dead', 'p1')`,
      [dead],
    );
    await stage.pool.query(`update tasks set state = 'running', runner_id = $1`, [dead]);
    await stage.pool.query(
      `update jobs._private_jobs set locked_by = 'pool-dead', locked_at = clock_timestamp()`,
    );
    await stage.makeJobs({ alone: true, kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done', 2_500);
  });
});

describe('a worker that was overtaken', () => {
  it('is refused by its guard and settles nothing', async () => {
    const gate = makeGate();
    const written: string[] = [];
    const settledAs: string[] = [];
    const kind = workKind(async (context, payload) => {
      await gate.opened;
      await withTransaction(stage.pool, async (tx) => {
        if (payload['guarded'] === true) await context.guard(tx);
        written.push(context.key);
      });
      return DONE;
    });
    const onSettled = (_kind: string, as: string) => void settledAs.push(as);
    await stage.makeJobs({ kinds: [kind], onSettled }).start();
    await stage.enqueue({ key: 'guarded', payload: { guarded: true } });
    await stage.enqueue({ key: 'careless' });
    await untilState(stage.pool, 'guarded', 'running');
    await untilState(stage.pool, 'careless', 'running');
    // As another process does that takes it for dead; it still believes that it holds both.
    await stage.pool.query('update tasks set fence = fence + 1');
    gate.open();
    await until('both ended', () => settledAs.length === 2);
    expect(settledAs).toEqual(['overtaken', 'overtaken']);
    expect(written).toEqual(['careless']);
    expect((await tasksByKey(stage.pool, 'guarded'))[0]?.state).toBe('running');
    expect((await tasksByKey(stage.pool, 'careless'))[0]?.state).toBe('running');
    expect(stage.failures).toEqual([]);
  });
});

describe('stopping', () => {
  it('waits for what runs', async () => {
    const gate = makeGate();
    let aborted = false;
    const kind = workKind(async (context) => {
      await gate.opened;
      aborted = context.signal.aborted;
      return DONE;
    });
    const jobs = stage.makeJobs({ kinds: [kind] });
    await jobs.start();
    await stage.enqueue({ key: 'a' });
    await untilState(stage.pool, 'a', 'running');
    const stopped = jobs.stop();
    gate.open();
    await stopped;
    expect(aborted).toBe(true);
    expect((await tasksByKey(stage.pool, 'a'))[0]?.state).toBe('done');
    const { rows } = await stage.pool.query('select * from runners');
    expect(rows).toEqual([]);
  });

  it('gives up work back without a fault', async () => {
    const kind = workKind(
      (context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('gave up')));
        }),
    );
    const jobs = stage.makeJobs({ kinds: [kind] });
    await jobs.start();
    await stage.enqueue({ key: 'a' });
    await untilState(stage.pool, 'a', 'running');
    await jobs.stop();
    expect((await tasksByKey(stage.pool, 'a'))[0]).toMatchObject({ state: 'pending', faults: 0 });
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await untilState(stage.pool, 'a', 'done');
  });
});

describe('health', () => {
  it('tells of lag and of a different policy', async () => {
    const one = stage.makeJobs({});
    await one.start();
    expect(await one.health()).toEqual({ working: true, lagMs: 0, runners: 1, samePolicy: true });
    await stage.makeJobs({ policyHash: 'p2' }).start();
    expect(await one.health()).toMatchObject({ runners: 2, samePolicy: false });
    await one.stop();
    expect(await one.health()).toMatchObject({ working: false });
  });
});
