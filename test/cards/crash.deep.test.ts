import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refreshCards } from '../../src/cards/request-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
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
const refresh = () =>
  withTransaction(stage.ours.pool, (tx) =>
    refreshCards(tx, stage.clock.now(), { kind: 'note', subject: { kind: 'reconciliation', id } }),
  );
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
  test('at any point of post and file: one of each', async () => {
    const whole = await stage.addProcess();
    await stage.ask({ id });
    await stage.drain(whole);
    const points = whole.crash.passed;
    expect(points).toBeGreaterThanOrEqual(16);
    for (let point = 1; point <= points; point += 1) {
      nextSubject();
      await stage.ask({ id });
      const dying = await dieAt(point);
      await stage.drain(dying);
      await stage.bury(dying);
      await stage.settle();
      expect([point, (await shown()).length, await filesInThread()]).toEqual([point, 1, [`csv ${id}`]]);
    }
  }, 60_000);
  test('at any point of an update: right text, one message', async () => {
    const whole = await stage.addProcess();
    await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second` });
    await refresh();
    await stage.drain(whole);
    for (let point = 1; point <= whole.crash.passed; point += 1) {
      nextSubject();
      await stage.ask({ id });
      await stage.settle();
      stage.notes.set(id, { text: `${id} second` });
      await refresh();
      const dying = await dieAt(point);
      await stage.drain(dying);
      await stage.bury(dying);
      await stage.settle();
      expect((await shown()).map((message) => message.text)).toEqual([`${id} second`]);
    }
  }, 60_000);
});
