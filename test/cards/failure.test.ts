import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findPlace } from '../../src/cards/find-place.ts';
import { loadCard } from '../../src/cards/card-row.ts';
import { refreshCards } from '../../src/cards/request-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import type { Slack } from '../../src/ports.ts';
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
const alertsAbout = async (subjectId: string) => {
  const { rows } = await stage.ours.pool.query<{ id: string; kind: string; state: string; args: object }>(
    `select id, kind, state, args from alerts where subject_id = $1 order by first_at`,
    [subjectId],
  );
  return rows;
};

describe('a card that Slack refuses', () => {
  test('fails at once and alerts, with the reason', async () => {
    stage.notes.set(id, { text: id, blocks: [{ type: 'nonsense' }] });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await stage.card(cardId)).toMatchObject({ state: 'failed', posting_at: null });
    const [alert, ...others] = await alertsAbout(cardId);
    expect(others).toHaveLength(0);
    expect(alert).toMatchObject({ kind: 'card_failed', state: 'open' });
    expect(alert?.args).toMatchObject({ card: 'note', channel: 'finance-ops' });
    expect(JSON.stringify(alert?.args)).toContain('invalid_blocks');
    const { rows } = await stage.ours.pool.query<{ ts: string | null }>(
      `select ts from cards where kind = 'alert' and subject_id = $1 and channel = 'ops-alerts'`,
      [alert?.id],
    );
    expect(rows[0]?.ts).toEqual(expect.any(String));
  });
  test('stands once it is asked for again and right', async () => {
    stage.notes.set(id, { text: id, blocks: [{ type: 'nonsense' }] });
    const cardId = await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} right` });
    await refresh();
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} right`]);
    expect(await alertsAbout(cardId)).toMatchObject([{ kind: 'card_failed', state: 'resolved' }]);
  });
  test('a failing update alerts and heals', async () => {
    const cardId = await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} x`, blocks: [{ type: 'nonsense' }] });
    await refresh();
    await stage.settle();
    expect(await alertsAbout(cardId)).toMatchObject([{ state: 'open' }]);
    stage.notes.set(id, { text: `${id} right` });
    await refresh();
    await stage.settle();
    expect((await shown()).map((message) => message.text)).toEqual([`${id} right`]);
    expect(await alertsAbout(cardId)).toMatchObject([{ state: 'resolved' }]);
  });
  test('too much text is a bug that alerts', async () => {
    stage.notes.set(id, { text: id.padEnd(3501, 'x') });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await alertsAbout(cardId)).toMatchObject([{ kind: 'card_failed' }]);
    expect(await shown()).toHaveLength(0);
  });
  test("an alert's own card raises no alert", async () => {
    stage.notes.set(id, { text: id, blocks: [{ type: 'nonsense' }] });
    const cardId = await stage.ask({ id, kind: 'alert', channel: 'ops-alerts' });
    await stage.settle();
    expect(await stage.card(cardId)).toMatchObject({ state: 'failed' });
    expect(await alertsAbout(cardId)).toHaveLength(0);
  });
  test('a post in doubt stays in doubt when it fails', async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    await stage.plant({ target: 'conversations.history', kind: 'error', error: 'invalid_arguments' });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await stage.card(cardId)).toMatchObject({ state: 'failed' });
    await refresh();
    await stage.settle();
    expect(await shown()).toHaveLength(1);
  });
});

describe('a card that waits for people', () => {
  test.each(['not_in_channel', 'invalid_auth', 'is_archived'])(
    '%s: alerts at once, stands when mended',
    async (error) => {
      await stage.plant({ target: 'chat.postMessage', kind: 'error', error });
      const cardId = await stage.ask({ id });
      await stage.drain();
      expect(await stage.card(cardId)).toMatchObject({ state: 'wanted' });
      expect(await alertsAbout(cardId)).toMatchObject([{ kind: 'card_failed', state: 'open' }]);
      await stage.settle();
      expect(await shown()).toHaveLength(1);
      expect(await alertsAbout(cardId)).toMatchObject([{ state: 'resolved' }]);
    },
  );
  test('a refusal that stays is told once', async () => {
    const cardId = await stage.ask({ id, channel: 'nowhere' });
    for (let tries = 0; tries < 5; tries += 1) {
      await stage.drain();
      stage.clock.advance(60_000);
    }
    const { rows } = await stage.ours.pool.query(`select count from alerts where subject_id = $1`, [cardId]);
    expect(rows).toEqual([{ count: 1 }]);
    expect(await stage.card(cardId)).toMatchObject({ state: 'wanted' });
    await stage.settle(undefined, 24 * 60);
    expect(await stage.card(cardId)).toMatchObject({ state: 'failed' });
  });
  test("an alert's own card waits too, without an alert", async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'error', error: 'token_revoked' });
    const cardId = await stage.ask({ id, kind: 'alert', channel: 'ops-alerts' });
    await stage.settle();
    expect(await shown()).toHaveLength(1);
    expect(await alertsAbout(cardId)).toHaveLength(0);
  });
});

describe('a file that Slack refuses', () => {
  const withFile = () => ({
    text: `${id} first`,
    files: [{ name: `${id}.csv`, title: 'All', content: () => Promise.resolve(Buffer.from('x')) }],
  });
  const fileState = async (cardId: string) => {
    const { rows } = await stage.ours.pool.query<{ state: string }>(
      `select state from card_files where card_id = $1`,
      [cardId],
    );
    return rows[0]?.state;
  };
  test('alerts, and is there when asked again', async () => {
    stage.notes.set(id, withFile());
    await stage.plant({ target: 'files.getUploadURLExternal', kind: 'error', error: 'missing_scope' });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await fileState(cardId)).toBe('failed');
    expect(await alertsAbout(`${cardId}/${id}.csv`)).toMatchObject([{ kind: 'file_failed', state: 'open' }]);
    await refresh();
    await stage.settle();
    expect(await fileState(cardId)).toBe('completed');
    expect(await alertsAbout(`${cardId}/${id}.csv`)).toMatchObject([{ state: 'resolved' }]);
  });
  test('a server without files costs the file only', async () => {
    stage.notes.set(id, withFile());
    await stage.plant({ target: 'files.getUploadURLExternal', kind: 'error', error: 'unknown_method' });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await shown()).toHaveLength(1);
    expect(await fileState(cardId)).toBe('failed');
    expect(await alertsAbout(`${cardId}/${id}.csv`)).toHaveLength(0);
  });
  test('a file Slack has lost is uploaded anew', async () => {
    stage.notes.set(id, withFile());
    await stage.plant({ target: 'files.completeUploadExternal', kind: 'error', error: 'file_not_found' });
    const cardId = await stage.ask({ id });
    await stage.settle();
    expect(await fileState(cardId)).toBe('completed');
  });
});

describe('a message that cannot be edited', () => {
  test.each(['edit_window_closed', 'cant_update_message', 'message_not_found'])(
    '%s: posted anew with a link',
    async (error) => {
      const cardId = await stage.ask({ id });
      await stage.settle();
      const [before] = await shown();
      stage.notes.set(id, { text: `${id} second` });
      await stage.plant({ target: 'chat.update', kind: 'error', error });
      await refresh();
      await stage.settle();
      const [old, anew, ...others] = await shown();
      expect(others).toHaveLength(0);
      expect(old?.text).toBe(`${id} first`);
      expect(anew?.text).toMatch(
        new RegExp(`^${id} second \\(before: https?://.*${before?.ts.replace('.', '')}`),
      );
      expect(await stage.card(cardId)).toMatchObject({ ts: anew?.ts, previous_ts: before?.ts });
    },
  );
  test('its lost reply adopts the new one, not the old', async () => {
    const cardId = await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second` });
    await stage.plant({ target: 'chat.update', kind: 'error', error: 'edit_window_closed' });
    await stage.plant({ target: 'chat.postMessage', kind: 'lost_reply' });
    await refresh();
    await stage.settle();
    const messages = await shown();
    expect(messages).toHaveLength(2);
    expect(await stage.card(cardId)).toMatchObject({ ts: messages[1]?.ts });
  });
});

describe('a file in doubt whose card moves', () => {
  test('is found in the thread where the card stood', async () => {
    const content = () => Promise.resolve(Buffer.from('moved'));
    await stage.ask({ id });
    await stage.settle();
    stage.notes.set(id, { text: `${id} second`, files: [{ name: `${id}.csv`, title: 'All', content }] });
    await stage.plant({ target: 'files.completeUploadExternal', kind: 'lost_reply' });
    await refresh();
    await stage.drain();
    stage.notes.set(id, { text: `${id} third`, files: [{ name: `${id}.csv`, title: 'All', content }] });
    await stage.plant({ target: 'chat.update', kind: 'error', error: 'edit_window_closed' });
    await refresh();
    await stage.settle();
    expect(await shown()).toHaveLength(2);
    const files = (await stage.messages()).flatMap((message) => message.files ?? []);
    expect(files.filter((file) => file.name === `${id}.csv`)).toHaveLength(1);
  });
});

describe('whose message it is', () => {
  test("another bot's with our metadata is left", async () => {
    await stage.plant({ target: 'chat.postMessage', kind: 'drop' });
    const cardId = await stage.ask({ id });
    await stage.drain();
    stage.main.network.foreign = {
      ts: `${Math.floor(stage.clock.now().getTime() / 1000)}.000001`,
      bot_id: 'BOTHER',
      text: 'not ours',
      metadata: { event_type: 'mutabik_card', event_payload: { card: cardId } },
    };
    await stage.settle();
    stage.main.network.foreign = null;
    const messages = await shown();
    expect(messages).toHaveLength(1);
    expect(await stage.card(cardId)).toMatchObject({ ts: messages[0]?.ts });
  });
  test('a channel shared with others is refused', async () => {
    const cardId = await stage.ask({ id });
    const row = await loadCard(stage.ours.pool, cardId);
    if (row === undefined) throw new Error('no row');
    const slack = {
      channelId: () => Promise.resolve('C0SHARED1'),
      isExternallyShared: () => Promise.resolve(true),
    } as unknown as Slack;
    const deps = {
      pool: stage.ours.pool,
      slack,
      log: makeLog('silent'),
      kinds: new Map(),
      callLimitMs: 1,
      channelOf: () => ({ slack: 'partners', locale: 'en' as const }),
    };
    await expect(findPlace(deps, row, stage.clock.now())).rejects.toMatchObject({
      code: 'slack_refused',
      retryable: false,
    });
    await stage.settle();
  });
});
