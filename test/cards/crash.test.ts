import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeStage, type Process, type Stage } from './stage.ts';

let stage: Stage;
let id: string;
let subjects = 0;

beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.stop());
beforeEach(() => nextSubject());

function nextSubject(): void {
  stage.clock.advance(60_000);
  subjects += 1;
  id = `subject-${subjects}`;
  stage.notes.set(id, {
    text: `${id} first`,
    files: [{ name: `${id}.csv`, title: 'All', content: () => Promise.resolve(Buffer.from(`csv ${id}`)) }],
  });
}

const shown = async () => (await stage.messages()).filter((message) => message.text.startsWith(id));
async function filesInThread(): Promise<string[]> {
  const root = (await shown())[0]?.ts;
  const files = (await stage.messages()).flatMap((reply) =>
    reply.thread_ts === root && reply.ts !== root ? (reply.files ?? []) : [],
  );
  return await Promise.all(files.map((file) => stage.fileText(file.id)));
}
async function dieAt(point: number): Promise<Process> {
  const process = await stage.addProcess();
  process.crash.at = point;
  return process;
}

describe('a process that dies', () => {
  test('in the middle of a post delays it under 55 s', async () => {
    const from = stage.clock.now().getTime();
    await stage.ask({ id });
    const dying = await dieAt(6);
    await stage.drain(dying);
    await stage.bury(dying);
    await stage.settle();
    expect(Number((await shown())[0]?.ts) * 1000 - from).toBeLessThan(55_000);
  });
});

describe('two processes', () => {
  test('that run one task at once post one message', async () => {
    const other = await stage.addProcess();
    await stage.ask({ id });
    const [task] = await stage.dueTasks();
    await Promise.all([stage.main.run(task ?? ''), other.run(task ?? '')]);
    await stage.settle();
    expect(await shown()).toHaveLength(1);
  });
  test('that race with 40 changes end right', async () => {
    const other = await stage.addProcess();
    const cardId = await stage.ask({ id });
    await stage.settle();
    const changes = Array.from({ length: 40 }, async (_, version) => {
      stage.notes.set(id, { text: `${id} version ${version}` });
      await stage.ask({ id });
      for (const task of await stage.dueTasks()) {
        await Promise.all([stage.main.run(task), other.run(task)]);
      }
    });
    await Promise.all(changes);
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} version 39`]);
    expect(await stage.card(cardId)).toMatchObject({ wanted_version: 41, rendered_version: 41 });
    const { rows } = await stage.ours.pool.query(
      `select last_error from cards where last_error is not null union all
       select last_error from tasks where last_error is not null`,
    );
    expect(rows).toEqual([]);
  });
  test('one stalls in its call and is overtaken: one message', async () => {
    const stalled = await stage.addProcess();
    await stage.ask({ id });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = () => {};
    const atSlack = new Promise<void>((resolve) => {
      reached = resolve;
    });
    stalled.network.hold = async (url) => {
      if (!url.endsWith('/chat.postMessage')) return;
      reached();
      await held;
    };
    const run = stage.drain(stalled);
    await atSlack;
    await stage.bury(stalled);
    await stage.drain(stage.main);
    expect(await shown()).toHaveLength(0);
    release();
    await run;
    await stage.settle();
    expect(await shown()).toHaveLength(1);
    expect(await filesInThread()).toEqual([`csv ${id}`]);
  });
});
