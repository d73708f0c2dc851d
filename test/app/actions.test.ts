import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let acting: ReturnType<typeof actingOn>;

beforeAll(async () => {
  stage = await openStage();
  app = await stage.startApp();
  acting = actingOn(stage);
  await stage.advanceTo('2026-01-15T07:01:00Z');
}, 90_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

async function reviewCard() {
  await stage.idle();
  const { rows } = await stage.ours.pool.query<{ id: string; channel: string; ts: string }>(
    `select subject_id as id, channel_id as channel, ts from cards where kind = 'exemption_review' and ts is not null`,
  );
  const { messages } = await acting.state();
  const message = messages.find(({ channel, ts }) => channel === rows[0]?.channel && ts === rows[0]?.ts);
  return { ...rows[0]!, blocks: JSON.stringify(message?.blocks) };
}

describe('the security review', () => {
  test('takes an action, which its owner without a role ends', async () => {
    const card = await reviewCard();
    expect(card.blocks).toContain('exemption_review/');
    const place = { channel: card.channel, ts: card.ts, action_id: 'actions.add' };
    await acting.act('click', { user: 'security1', ...place, value: `exemption_review/${card.id}` });
    const view = await waitFor('the form', () => acting.top('security1'));
    await acting.submit('security1', view.id, { what: 'Ask the bank for the key' });
    const { blocks } = await reviewCard();
    expect(blocks).toContain('Ask the bank for the key');
    const { rows } = await stage.ours.pool.query<{ id: string }>(`select id from actions`);
    expect(rows).toHaveLength(1);
    const more = {
      channel: card.channel,
      ts: card.ts,
      action_id: 'actions.more',
      option: `actions.done:${rows[0]!.id}`,
    };
    await acting.act('click', { user: 'owner1', ...more });
    expect(await state()).toBe('open');
    const owner = (await acting.state()).users.find(({ name }) => name === 'owner1');
    await stage.ours.pool.query(`update actions set owner_id = $1`, [owner?.id]);
    await acting.act('click', { user: 'owner1', ...more });
    expect(await state()).toBe('done');
    expect((await reviewCard()).blocks).toContain('✅');
  });
});

async function state(): Promise<string | undefined> {
  const { rows } = await stage.ours.pool.query<{ state: string }>(`select state from actions`);
  return rows[0]?.state;
}
