import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refreshCards, requestCard } from '../../src/cards/request-card.ts';
import type { CardFile } from '../../src/cards/types.ts';
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

const shown = async () => (await stage.messages()).filter((message) => message.text.startsWith(id));
const refresh = () =>
  withTransaction(stage.ours.pool, (tx) =>
    refreshCards(tx, stage.clock.now(), { kind: 'note', subject: { kind: 'reconciliation', id } }),
  );
const csv = (name: string, text: string): CardFile => ({
  name,
  title: `${name} of ${id}`,
  content: () => Promise.resolve(Buffer.from(text)),
});

describe('a card', () => {
  test('is posted once with its id as metadata', async () => {
    const cardId = await stage.ask({ id });
    await stage.settle();
    const messages = await shown();
    expect(messages).toHaveLength(1);
    expect(messages[0]?.metadata).toEqual({ event_type: 'mutabik_card', event_payload: { card: cardId } });
    expect(await stage.card(cardId)).toMatchObject({
      state: 'posted',
      ts: messages[0]?.ts,
      posting_at: null,
      rendered_version: 1,
    });
  });
  test('asked for twice stays one', async () => {
    const [first, second] = await Promise.all([stage.ask({ id }), stage.ask({ id })]);
    await stage.settle();
    expect(first).toBe(second);
    expect(await shown()).toHaveLength(1);
  });
  test('is rewritten when its subject changes', async () => {
    const cardId = await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second` });
    await refresh();
    await stage.settle();
    const messages = await shown();
    expect(messages.map((message) => message.text)).toEqual([`${id} second`]);
    expect(messages[0]?.metadata).toMatchObject({ event_payload: { card: cardId } });
    expect(await stage.card(cardId)).toMatchObject({ wanted_version: 2, rendered_version: 2 });
  });
  test('sends nothing when it looks the same', async () => {
    const cardId = await stage.ask({ id });
    await stage.settle();
    const before = (await stage.calls('chat.update')).length;
    await refresh();
    await stage.settle();
    expect((await stage.calls('chat.update')).length).toBe(before);
    expect(await stage.card(cardId)).toMatchObject({ wanted_version: 2, rendered_version: 2 });
  });
  test('is rendered again when asked meanwhile', async () => {
    const cardId = await stage.ask({ id });
    const off = stage.workspace.onCall(async (method, phase) => {
      if (method !== 'chat.postMessage' || phase !== 'after') return;
      stage.notes.set(id, { text: `${id} meanwhile` });
      await refresh();
    });
    await stage.drain();
    off();
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} meanwhile`]);
    expect(await stage.card(cardId)).toMatchObject({ wanted_version: 2, rendered_version: 2 });
  });
  test('is not posted before its moment', async () => {
    const notBefore = new Date(stage.clock.now().getTime() + 5 * 60_000);
    await stage.ask({ id, notBefore });
    await stage.ask({ id });
    await stage.drain();
    expect(await shown()).toHaveLength(0);
    stage.clock.set(new Date(notBefore.getTime() - 1));
    await stage.drain();
    expect(await shown()).toHaveLength(0);
    stage.clock.set(notBefore);
    await stage.drain();
    expect(await shown()).toHaveLength(1);
  });
  test('with nothing to show is not posted', async () => {
    stage.notes.delete(id);
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await shown()).toHaveLength(0);
    expect(await stage.card(cardId)).toMatchObject({ state: 'wanted', rendered_version: 1 });
  });
  test('stands in the thread of another', async () => {
    stage.notes.set(`${id}-parent`, { text: `${id} parent` });
    const notBefore = new Date(stage.clock.now().getTime() + 60_000);
    const threadCardId = await stage.ask({ id: `${id}-parent`, notBefore });
    await stage.ask({ id, threadCardId });
    await stage.drain();
    expect(await shown()).toHaveLength(0);
    await stage.settle();
    const [parent, reply] = await shown();
    expect(parent?.text).toBe(`${id} parent`);
    expect(reply?.thread_ts).toBe(parent?.ts);
  });
  test('rolls back with its transaction', async () => {
    const broken = withTransaction(stage.ours.pool, async (tx) => {
      const subject = { kind: 'reconciliation', id } as const;
      await requestCard(tx, stage.clock.now(), { kind: 'note', subject, channel: 'finance-ops' });
      throw new Error('stop');
    });
    await expect(broken).rejects.toThrow('stop');
    await stage.settle();
    expect(await shown()).toHaveLength(0);
  });
});

describe('files of a card', () => {
  test('stand in its thread, once, byte by byte', async () => {
    stage.notes.set(id, { text: `${id} first`, files: [csv('a.csv', 'id;ş\n1;2'), csv('b.csv', 'b')] });
    await stage.ask({ id });
    await stage.settle();
    await refresh();
    await stage.settle();
    const [message] = await shown();
    const files = (await stage.messages()).flatMap((reply) =>
      reply.thread_ts === message?.ts && reply.ts !== message?.ts ? (reply.files ?? []) : [],
    );
    const texts = await Promise.all(files.map((file) => stage.fileText(file.id)));
    expect(texts.toSorted()).toEqual(['b', 'id;ş\n1;2']);
  });
  test('come with a later rendering too', async () => {
    await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second`, files: [csv('late.csv', 'late')] });
    await refresh();
    await stage.settle();
    const [message] = await shown();
    const replies = (await stage.messages()).filter(
      (reply) => reply.thread_ts === message?.ts && (reply.files ?? []).length > 0,
    );
    expect(replies).toHaveLength(1);
  });
});
