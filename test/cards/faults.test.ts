import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refreshCards } from '../../src/cards/request-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
let id: string;
let subjects = 0;

beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  subjects += 1;
  stage.clock.advance(60_000);
  id = `subject-${subjects}`;
  stage.notes.set(id, { text: `${id} first` });
});

const FAULTS = ['429', '500', 'timeout', 'drop', 'lost_reply'];
const shown = async () => (await stage.messages()).filter((message) => message.text.startsWith(id));
const refresh = () =>
  withTransaction(stage.ours.pool, (tx) =>
    refreshCards(tx, stage.clock.now(), { kind: 'note', subject: { kind: 'reconciliation', id } }),
  );
const withFile = () => ({
  text: `${id} first`,
  files: [{ name: `${id}.csv`, title: 'All', content: () => Promise.resolve(Buffer.from(`bytes of ${id}`)) }],
});
const filesInThread = async () => {
  const root = (await shown())[0]?.ts;
  const replies = (await stage.messages()).filter(
    (reply) => reply.thread_ts === root && reply.ts !== root && (reply.files ?? []).length > 0,
  );
  const files = replies.flatMap((reply) => reply.files ?? []);
  return await Promise.all(files.map((file) => stage.fileText(file.id)));
};

describe.each(FAULTS)('with %s', (kind) => {
  beforeEach(() => {
    if (kind === 'timeout') stage.main.network.patienceMs = 250;
  });
  afterEach(() => {
    stage.main.network.patienceMs = 5000;
  });
  test.each([1, 3])('at the post, %i times: one message', async (times) => {
    await stage.plant({ target: 'chat.postMessage', kind, times, retry_after: 7 });
    await stage.ask({ id });
    await stage.settle();
    expect(await shown()).toHaveLength(1);
  });
  test('at the update: one message, right text', async () => {
    await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second` });
    await stage.plant({ target: 'chat.update', kind, times: 2 });
    await refresh();
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} second`]);
  });
  test.each(['files.getUploadURLExternal', 'files.completeUploadExternal'])(
    'at %s: one file',
    async (target) => {
      stage.notes.set(id, withFile());
      await stage.plant({ target, kind, times: 2 });
      await stage.ask({ id });
      await stage.settle();
      expect(await filesInThread()).toEqual([`bytes of ${id}`]);
    },
  );
  test('at the look for a post in doubt: one message', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    await stage.plant({ target: 'conversations.history', kind, times: 3 });
    await stage.ask({ id });
    await stage.settle();
    expect(await shown()).toHaveLength(1);
  });
  test('at the look for a file in doubt: one file', async () => {
    stage.notes.set(id, withFile());
    await stage.plant({ target: 'files.completeUploadExternal', kind: 'lost_reply' });
    await stage.plant({ target: 'conversations.replies', kind, times: 3 });
    await stage.ask({ id });
    await stage.settle();
    expect(await filesInThread()).toEqual([`bytes of ${id}`]);
  });
});

describe('an upload of bytes', () => {
  test.each(['before', 'after'] as const)('cut off %s it arrived: one file', async (when) => {
    stage.notes.set(id, withFile());
    stage.main.network.cutUpload = when;
    await stage.ask({ id });
    await stage.settle();
    expect(stage.main.network.cutUpload).toBeNull();
    expect(await filesInThread()).toEqual([`bytes of ${id}`]);
  });
});

describe('waiting', () => {
  test('Retry-After is kept to', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: '429', retry_after: 90 });
    const from = stage.clock.now().getTime();
    await stage.ask({ id });
    await stage.settle();
    const [message] = await shown();
    expect(Number(message?.ts) * 1000 - from).toBeGreaterThanOrEqual(90_000);
  });
  test('a post in doubt is not sent again for 30 s', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'drop' });
    const from = stage.clock.now().getTime();
    await stage.ask({ id });
    await stage.settle();
    const waitedMs = Number((await shown())[0]?.ts) * 1000 - from;
    expect(waitedMs).toBeGreaterThanOrEqual(30_000 + 5000 + 3000);
    expect(waitedMs).toBeLessThan(60_000);
  });
  test('a lost reply is adopted, not sent again', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    const before = (await stage.calls('chat.postMessage')).length;
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect((await stage.calls('chat.postMessage')).length).toBe(before + 1);
    expect(await stage.card(cardId)).toMatchObject({ state: 'posted', ts: (await shown())[0]?.ts });
  });
  test('an adopted card shows what it is now', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    await stage.ask({ id });
    await stage.drain();
    stage.notes.set(id, { text: `${id} second` });
    await refresh();
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} second`]);
  });
  test('a failing look never leads to a post', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'drop' });
    await stage.plant({ target: 'conversations.history', kind: '500', times: 5 });
    const before = (await stage.calls('chat.postMessage')).length;
    await stage.ask({ id });
    await stage.drain();
    for (let minutes = 0; minutes < 30; minutes += 1) {
      stage.clock.advance(5000);
      await stage.drain();
      const looks = (await stage.calls('conversations.history')).filter((call) => !call.ok).length;
      if (looks < 5) expect((await stage.calls('chat.postMessage')).length).toBe(before + 1);
    }
    await stage.settle();
    expect(await shown()).toHaveLength(1);
  });
});
