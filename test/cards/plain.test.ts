import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refreshCards } from '../../src/cards/request-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { makeStage, type Stage } from './stage.ts';

let stage: Stage;
let id: string;
let subjects = 0;
const UNKNOWN_BLOCK = [{ type: 'block_of_tomorrow' }];

beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  subjects += 1;
  stage.clock.advance(60_000);
  id = `chart-${subjects}`;
});

const shown = async () => (await stage.messages()).filter((message) => message.text.startsWith(id));
const refused = async (method: string) => (await stage.calls(method)).filter(({ ok }) => !ok).length;
const refresh = () =>
  withTransaction(stage.ours.pool, (tx) =>
    refreshCards(tx, stage.clock.now(), { kind: 'chart', subject: { kind: 'reconciliation', id } }),
  );
const alerts = async (cardId: string) =>
  (await stage.ours.pool.query(`select 1 from alerts where subject_id = $1`, [cardId])).rows;

describe('a card whose blocks a workspace refuses', () => {
  test('stands in words, without an alert', async () => {
    stage.notes.set(id, { text: id, blocks: UNKNOWN_BLOCK });
    const cardId = await stage.ask({ id, kind: 'chart' });
    await stage.settle();
    const [message, ...others] = await shown();
    expect(others).toEqual([]);
    expect(JSON.stringify(message?.blocks)).toContain('in words');
    expect(await alerts(cardId)).toEqual([]);
  });
  test('is refused once, and then stays in words', async () => {
    stage.notes.set(id, { text: id, blocks: UNKNOWN_BLOCK });
    await stage.ask({ id, kind: 'chart' });
    await stage.settle();
    const before = (await refused('chat.postMessage')) + (await refused('chat.update'));
    stage.notes.set(id, { text: `${id} again`, blocks: UNKNOWN_BLOCK });
    await refresh();
    await stage.settle();
    expect((await shown()).map(({ text }) => text)).toEqual([`${id} again`]);
    expect((await refused('chat.postMessage')) + (await refused('chat.update'))).toBe(before);
  });
  test('is rewritten in words when an update is refused', async () => {
    stage.notes.set(id, { text: id });
    await stage.ask({ id, kind: 'chart' });
    await stage.settle();
    stage.notes.set(id, { text: `${id} new`, blocks: UNKNOWN_BLOCK });
    await refresh();
    await stage.settle();
    const [message] = await shown();
    expect(message?.text).toBe(`${id} new`);
    expect(JSON.stringify(message?.blocks)).toContain('in words');
  });
  test('fails and alerts when words are refused too', async () => {
    stage.notes.set(id, { text: id });
    await stage.plant({ target: 'chat.postMessage', kind: 'error', error: 'invalid_blocks', times: 2 });
    const cardId = await stage.ask({ id, kind: 'chart' });
    await stage.settle();
    expect(await stage.card(cardId)).toMatchObject({ state: 'failed' });
    expect(await alerts(cardId)).toHaveLength(1);
  });
});
