import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestCard } from '../../src/cards/request-card.ts';
import { raiseAlert } from '../../src/alerts/raise-alert.ts';
import { withTransaction } from '../../src/database/pool.ts';
import type { RunningApp } from '../../src/main.ts';
import { messagesIn, pagedEvents, plantFault } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

const MINUTE_MS = 60_000;
const AWAY_FROM = new Date('2026-01-15T10:05:10+03:00');
const minutesAfter = (minutes: number): string =>
  new Date(AWAY_FROM.getTime() + minutes * MINUTE_MS).toISOString();

describe('Slack away for an hour', () => {
  let stage: Stage;
  let app: RunningApp;
  let before: number;

  beforeAll(async () => {
    stage = await openStage({ planted: false });
    app = await stage.startApp();
    await stage.advanceTo(AWAY_FROM.toISOString());
    before = (await messagesIn(stage.workspace, 'ops-alerts')).length;
    await plantFault(stage.workspace, { target: 'slack', kind: '500', times: 100_000 });
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  /** What falls due while nobody can be told: one alert every four minutes. */
  async function raise(number: number): Promise<void> {
    await withTransaction(stage.ours.pool, async (tx) => {
      await raiseAlert(tx, stage.clock.now(), {
        kind: 'task_failed',
        subject: { kind: 'job', id: `job-${String(number).padStart(2, '0')}` },
        severity: 'sev2',
        args: { task: 'probe', key: `job-${number}`, error: 'it broke' },
      });
    });
  }

  test('is told to the pager within six minutes, once', async () => {
    await stage.advanceTo(minutesAfter(4));
    expect(await outagePages()).toEqual([]);
    await stage.advanceTo(minutesAfter(6));
    expect(await outagePages()).toMatchObject([
      { action: 'trigger', severity: 'critical', signature_ok: true },
    ]);
    await raise(1);
    await app.stop();
    app = await stage.startApp();
    for (let number = 2; number <= 14; number += 1) {
      await stage.advanceTo(minutesAfter(4 * number));
      await raise(number);
    }
    await stage.advanceTo(minutesAfter(60));
    expect(await outagePages()).toHaveLength(1);
  }, 60_000);

  test('leaves Slack alone meanwhile', async () => {
    const { calls } = (await (await fetch(`${stage.workspace.url}/sandbox/log`)).json()) as {
      calls: { at: string; method: string; fault?: string }[];
    };
    const late = calls.filter(
      ({ at, method, fault }) =>
        fault !== undefined && method.startsWith('chat.') && new Date(at) > new Date(minutesAfter(10)),
    );
    expect(late).toEqual([]);
  });

  test('has everything stand once, in order, when it is back', async () => {
    await plantFault(stage.workspace, { target: 'slack', kind: 'none' });
    await stage.advanceTo(minutesAfter(65));
    const messages = (await messagesIn(stage.workspace, 'ops-alerts')).slice(before);
    const jobs = messages.flatMap(({ text }) => /job-\d\d/.exec(text)?.[0] ?? []);
    expect(jobs).toEqual(Array.from({ length: 14 }, (_, i) => `job-${String(i + 1).padStart(2, '0')}`));
    const moments = messages.map(({ ts }) => Number(ts));
    // A post takes its time to arrive, so that single gaps vary: six in five seconds are one a second.
    const inFiveSeconds = moments.map((from) => moments.filter((ts) => ts >= from && ts < from + 5).length);
    expect(Math.max(...inFiveSeconds)).toBeLessThanOrEqual(6);
  }, 60_000);

  test('is told over, to the pager and in the channel', async () => {
    expect((await outagePages()).map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    const texts = (await messagesIn(stage.workspace, 'ops-alerts')).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('Slack was out of reach'))).toHaveLength(1);
  });

  async function outagePages() {
    const events = await pagedEvents(stage.workspace);
    return events.filter(({ dedup_key: key }) => key === 'slack-out-of-reach');
  }
});

test('two minutes without Slack wake nobody', async () => {
  const stage = await openStage({ planted: false });
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:30:00+03:00');
  await plantFault(stage.workspace, { target: 'slack', kind: '500', times: 1_000 });
  await withTransaction(stage.ours.pool, async (tx) => {
    await requestCard(tx, stage.clock.now(), {
      kind: 'opening',
      subject: { kind: 'reconciliation', id: 'opening' },
      channel: 'finance-ops',
    });
  });
  await stage.advanceTo('2026-01-15T09:32:00+03:00');
  await plantFault(stage.workspace, { target: 'slack', kind: 'none' });
  await stage.advanceTo('2026-01-15T10:00:00+03:00');
  expect(await pagedEvents(stage.workspace)).toEqual([]);
  await app.stop();
  await stage.close();
}, 60_000);

describe('the pager', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openStage({ planted: false });
  });
  afterAll(async () => await stage.close());

  async function page(action: 'trigger' | 'resolve'): Promise<void> {
    const { makeRequestPage } = await import('../../src/pager/request-page.ts');
    await withTransaction(stage.ours.pool, async (tx) => {
      const now = stage.clock.now();
      const event = { dedupKey: 'k-1', summary: action, severity: 'critical', at: now } as const;
      await makeRequestPage({ configured: true })(tx, now, { ...event, action });
    });
  }

  test('that is away is told in order when it is back', async () => {
    const app = await stage.startApp();
    await plantFault(stage.workspace, { target: 'pager', kind: '500', times: 3 });
    await page('trigger');
    await page('resolve');
    await stage.advanceTo('2026-01-15T09:30:00+03:00');
    expect((await pagedEvents(stage.workspace)).map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    await app.stop();
  });

  test('whose answer is lost is told again, as the same incident', async () => {
    const app = await stage.startApp();
    await plantFault(stage.workspace, { target: 'pager', kind: 'lost_reply' });
    await page('trigger');
    await stage.advanceTo('2026-01-15T09:40:00+03:00');
    const events = (await pagedEvents(stage.workspace)).slice(2);
    expect(events.map(({ action, dedup_key: key }) => [action, key])).toEqual([
      ['trigger', 'k-1'],
      ['trigger', 'k-1'],
    ]);
    const { rows } = await stage.ours.pool.query(`select state from pages order by seq`);
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
    await app.stop();
  });

  test('that refuses is told about in the channel', async () => {
    const app = await stage.startApp();
    await plantFault(stage.workspace, { target: 'pager', kind: 'error' });
    await page('resolve');
    await stage.advanceTo('2026-01-15T09:45:00+03:00');
    const texts = (await messagesIn(stage.workspace, 'ops-alerts')).map(({ text }) => text);
    expect(texts.filter((text) => text.includes('took no page'))).toHaveLength(1);
    await app.stop();
  });
});
