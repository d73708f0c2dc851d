import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { tasksByKey, until, untilState, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();
const script = fileURLToPath(new URL('./child-process.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process of its own on the stage's database; `said` grows with what it prints. */
function startChild(): { child: ChildProcess; said: string[] } {
  const child = spawn(process.execPath, ['--import', 'tsx', script, stage.database.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')));
  return { child, said };
}

/** A second process that ends what the first one began; returns when, in real milliseconds. */
async function takeOver(): Promise<() => Promise<number>> {
  const kind = workKind(async (context) => {
    await withTransaction(stage.pool, (tx) => context.guard(tx));
    return DONE;
  });
  await stage.makeJobs({ kinds: [kind] }).start();
  const begunAt = performance.now();
  return async () => {
    await untilState(stage.pool, 'a', 'done', 30_000);
    return performance.now() - begunAt;
  };
}

it('a killed process is taken over within 20 s', async () => {
  const { child, said } = startChild();
  await stage.enqueue({ key: 'a', payload: { childMs: 600_000 } });
  await until('the child runs it', () => said.includes('begun'), 60_000);
  const done = await takeOver();
  child.kill('SIGKILL');

  expect(await done()).toBeLessThan(20_000);
  expect((await tasksByKey(stage.pool, 'a'))[0]).toMatchObject({ state: 'done', faults: 0 });
});

it('a process stalled inside a transaction holds nobody up', async () => {
  const { child, said } = startChild();
  await stage.enqueue({ key: 'a', payload: { childMs: 200, inside: true } });
  await until('the child is in its transaction', () => said.includes('begun'), 60_000);
  child.kill('SIGSTOP');
  const done = await takeOver();

  expect(await done()).toBeLessThan(25_000);
  child.kill('SIGCONT');
  await until('the child woke', () => said.length > 1, 20_000);
  expect(said).toEqual(['begun', 'cut off']);
});

it('a stalled process changes nothing when it wakes', async () => {
  const { child, said } = startChild();
  await stage.enqueue({ key: 'a', payload: { childMs: 200 } });
  await until('the child runs it', () => said.includes('begun'), 60_000);
  child.kill('SIGSTOP');
  const done = await takeOver();

  expect(await done()).toBeLessThan(20_000);
  child.kill('SIGCONT');
  await until('the child woke', () => said.length > 1, 20_000);
  expect(said).toEqual(['begun', 'overtaken']);
  // It lives on as a process like any other.
  await until(
    'it beats again',
    async () => (await stage.pool.query('select from runners')).rowCount === 2,
    10_000,
  );
});
