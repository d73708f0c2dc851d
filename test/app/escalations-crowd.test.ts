import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

interface ToldRow {
  escalation: string;
  level: number;
  roll: string | null;
}

describe('many escalations that nobody answers', () => {
  let stage: Stage;
  let app: RunningApp;

  beforeAll(async () => {
    stage = await openStage({ policy: (text) => text.replace(/most_at_once: \d+/, 'most_at_once: 100') });
    app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  const told = async (level: number): Promise<ToldRow[]> => {
    const { rows } = await stage.ours.pool.query<ToldRow>(
      `select escalation_id as escalation, level, roll_key as roll
         from escalation_steps where told is not null and round = 1 and level = $1`,
      [level],
    );
    return rows;
  };
  const rolls = async () =>
    (await messagesIn(stage.workspace, 'ops-alerts')).filter(({ text }) =>
      /nobody has answered \d+ escalations/.test(text),
    );

  test('are told to the next level in one message', async () => {
    const first = await told(1);
    const answered = first[0]?.escalation ?? '';
    const acting = actingOn(stage);
    const { rows } = await stage.ours.pool.query<{ ts: string }>(
      `select ts from cards where kind = 'escalation' and subject_id = $1`,
      [answered],
    );
    await acting.press('ops1', 'ops-alerts', rows[0]?.ts ?? '', 'escalations.acknowledge', answered);
    await waitFor('the answer', async () => {
      const { rowCount } = await stage.ours.pool.query(
        `select from escalations where id = $1 and state = 'acknowledged'`,
        [answered],
      );
      return rowCount === 1 ? true : undefined;
    });
    await stage.advanceTo('2026-01-15T09:20:00+03:00');
    const second = await told(2);
    // Those of Sev-1 whose fifteen minutes are over; each once, whatever message tells it.
    expect(second.length).toBeGreaterThan(10);
    expect(new Set(second.map(({ escalation }) => escalation)).size).toBe(second.length);
    expect(second.map(({ escalation }) => escalation)).not.toContain(answered);
    const crowds = new Set(second.map(({ roll }) => roll));
    expect(crowds.has(null)).toBe(false);
    const shown = await rolls();
    expect(shown).toHaveLength(crowds.size);
    const manager = await acting.idOf('manager1');
    for (const { text, thread_ts: thread } of shown) {
      expect(text.split(`<@${manager}>`)).toHaveLength(2);
      expect(thread).toBeUndefined();
    }
    const counted = shown.map(({ text }) => Number(/(\d+) escalations/.exec(text)?.[1]));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(second.length);
  }, 60_000);
});

test('a few are told in their own threads', async () => {
  const stage = await openStage({ planted: false });
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T10:00:00+03:00');
  const acting = actingOn(stage);
  for (const title of ['one', 'two', 'three'])
    await acting.command('engineer1', '/incident', `open sev1 ${title} is down`, 'incidents');
  await stage.idle();
  await stage.advanceTo('2026-01-15T10:20:00+03:00');
  const threads = (await messagesIn(stage.workspace, 'ops-alerts')).filter(
    ({ thread_ts: thread, ts }) => thread !== undefined && thread !== ts,
  );
  expect(threads).toHaveLength(3);
  expect(threads.every(({ text }) => text.includes('nobody has answered yet'))).toBe(true);
  await app.stop();
  await stage.close();
}, 60_000);
