import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn, plantFault } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

/*
 * A source that falls silent, through the front door: nobody can say, and that is told once; nobody is paged. The clock
 * begins at 08:30.
 */
let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;

beforeAll(async () => {
  stage = await openStage({ scale: 0.01, planted: false, slo: true });
  app = await stage.startApp();
  people = actingOn(stage);
  await stage.advanceTo('2026-01-15T08:32:00+03:00');
}, 120_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
}, 60_000);

const ask = async (): Promise<string> =>
  JSON.stringify((await people.command('engineer2', '/slo', 'api-availability')).reply);
const alerts = async () =>
  (await messagesIn(stage.workspace, 'ops-alerts')).filter(({ text }) =>
    text.includes('Nobody can say how a promise stands'),
  );

describe('a source that falls silent', () => {
  test('is met until then', async () => {
    expect(await ask()).toContain('*met*');
    expect(await alerts()).toEqual([]);
  });

  test('is NO DATA within five minutes, and an alert', async () => {
    await plantFault(stage.workspace, { target: 'sli', kind: 'drop' });
    await stage.advanceTo('2026-01-15T08:38:00+03:00');
    await stage.idle();
    expect(await ask()).toContain('*no data*');
    // One a promise: availability, latency and webhooks come from there.
    expect(await alerts()).toHaveLength(3);
  });

  test('pages nobody about the promise', async () => {
    await stage.advanceTo('2026-01-15T09:10:00+03:00');
    await stage.idle();
    expect(await messagesIn(stage.workspace, 'slo')).toEqual([]);
    const { rows } = await stage.ours.pool.query(`select from escalations where subject_kind = 'slo'`);
    expect(rows).toEqual([]);
  });

  test('is told of again once it answers', async () => {
    await plantFault(stage.workspace, { target: 'sli', kind: 'none' });
    await stage.advanceTo('2026-01-15T09:14:00+03:00');
    await stage.idle();
    expect(await ask()).toContain('*met*');
    const { rows } = await stage.ours.pool.query(`select state from alerts where kind = 'slo_blind'`);
    expect(rows).toEqual(Array.from({ length: 3 }, () => ({ state: 'resolved' })));
  });
});
