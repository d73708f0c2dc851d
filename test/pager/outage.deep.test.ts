import { afterEach, describe, expect, test } from 'vitest';
import { raiseAlert } from '../../src/alerts/raise-alert.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { makeRequestPage } from '../../src/pager/request-page.ts';
import { loggedCalls, messagesIn, plantFault } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

const AWAY = '2026-01-15T10:01:10+03:00';
const at = (seconds: number): string => new Date(Date.parse(AWAY) + seconds * 1000).toISOString();

let stage: Stage;
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await stage.close();
});

async function begin(): Promise<void> {
  // As strict as Slack: a flood would be refused, and a stage that ends with refused calls fails.
  stage = await openStage({ planted: false, scale: 0.01, limits: 'slack' });
  const app = await stage.startApp();
  stops.push(() => app.stop());
  await stage.advanceTo('2026-01-15T10:01:00+03:00');
  // What is said about a channel is kept for five minutes, so that the first post of an outage is the call that fails.
  await say('warm');
  await stage.idle();
}

/** A card that is due now. */
async function say(key: string): Promise<void> {
  await withTransaction(stage.ours.pool, async (tx) => {
    await raiseAlert(tx, stage.clock.now(), {
      kind: 'task_failed',
      subject: { kind: 'job', id: `said-${key}` },
      severity: 'sev2',
      args: { task: 'work', key: `said-${key}`, error: 'broken' },
    });
  });
}

async function sayAt(seconds: number, key: string): Promise<void> {
  await stage.advanceTo(at(seconds));
  await say(key);
  await stage.idle();
}

const away = (kind: string) => plantFault(stage.workspace, { target: 'slack', kind, times: 1_000_000 });
const back = () => plantFault(stage.workspace, { target: 'slack', kind: 'none' });

async function said(): Promise<{ key: string; ts: number }[]> {
  const messages = await messagesIn(stage.workspace, 'ops-alerts');
  return messages.flatMap(({ text, ts }) => {
    const key = /said-(\w+)/.exec(text)?.[1];
    return key === undefined ? [] : [{ key, ts: Number(ts) }];
  });
}

async function paged(): Promise<{ at: string; action: string; dedup_key: string }[]> {
  const answer = await fetch(`${stage.workspace.url}/sandbox/pager`);
  return ((await answer.json()) as { events: { at: string; action: string; dedup_key: string }[] }).events;
}

/** A post takes its time to arrive, so that single gaps vary; six in five seconds are one a second. */
function expectNoFlood(moments: number[]): void {
  const sorted = moments.toSorted((a, b) => a - b);
  const most = Math.max(...sorted.map((from) => sorted.filter((ts) => ts >= from && ts < from + 5).length));
  expect(most).toBeLessThanOrEqual(6);
}

describe.each(['500', 'drop'])('Slack away for an hour (%s)', (kind) => {
  test('pages once in six minutes, then all stands once in order', async () => {
    await begin();
    const keys = Array.from({ length: 16 }, (_, index) => String(index));
    const moments = [2, 4, 6, 20, 40, 65, 90, 200, 400, 401, 900, 1500, 2000, 3000, 3300, 3599];
    await stage.advanceTo(AWAY);
    await away(kind);
    for (const [index, seconds] of moments.entries()) await sayAt(seconds, String(index));
    await stage.advanceTo(at(3600));
    const events = await paged();
    expect(events).toMatchObject([{ action: 'trigger', dedup_key: 'slack-out-of-reach' }]);
    const lastOk = (await loggedCalls(stage.workspace)).findLast(({ ok }) => ok)!.at;
    expect(Date.parse(events[0]!.at) - Date.parse(lastOk)).toBeLessThan(6 * 60_000);

    await back();
    await stage.advanceTo(at(3600 + 300));
    const seen = (await said()).filter(({ key }) => key !== 'warm');
    expect(seen.map(({ key }) => key)).toEqual(keys);
    expectNoFlood((await messagesIn(stage.workspace, 'ops-alerts')).map(({ ts }) => Number(ts)));
    expect((await paged()).map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    const told = (await messagesIn(stage.workspace, 'ops-alerts')).filter(({ text }) =>
      text.includes('Slack was out of reach'),
    );
    expect(told).toHaveLength(1);
  }, 120_000);
});

describe('a short outage', () => {
  test.each([30, 120])(
    'of %i s pages nobody and keeps the order',
    async (seconds) => {
      await begin();
      await stage.advanceTo(AWAY);
      await away('500');
      const moments = [1, 2, 3, 10, 25, 50, 70, 100].filter((moment) => moment < seconds);
      for (const [index, moment] of moments.entries()) await sayAt(moment, String(index));
      await stage.advanceTo(at(seconds));
      await back();
      await stage.advanceTo(at(seconds + 400));
      expect((await said()).slice(1).map(({ key }) => key)).toEqual(moments.map((_, index) => String(index)));
      expect(await paged()).toEqual([]);
    },
    60_000,
  );

  test('a subject that changes in the release keeps its place', async () => {
    await begin();
    await stage.advanceTo(AWAY);
    await away('500');
    for (let index = 0; index < 8; index += 1) await sayAt(61 + index * 10, String(index));
    await stage.advanceTo(at(150));
    await back();
    await stage.advanceTo(at(186));
    await say('7');
    await stage.advanceTo(at(600));
    expect((await said()).slice(1).map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  }, 60_000);
});

describe('several processes', () => {
  test('page once, also across a restart in the outage', async () => {
    stage = await openStage({ planted: false, scale: 0.01 });
    const first = await stage.spawnApp({ alone: false });
    const second = await stage.spawnApp({ alone: false });
    await stage.advanceTo('2026-01-15T10:01:00+03:00');
    await say('warm');
    await stage.advanceTo(AWAY);
    await away('500');
    await sayAt(100, '0');
    await first.kill();
    const third = await stage.spawnApp({ alone: false });
    await sayAt(200, '1');
    await stage.advanceTo(at(1200));
    await second.kill();
    await sayAt(1500, '2');
    expect((await paged()).map(({ action }) => action)).toEqual(['trigger']);
    await back();
    await stage.advanceTo(at(1900));
    expect((await said()).slice(1).map(({ key }) => key)).toEqual(['0', '1', '2']);
    expect((await paged()).map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    await third.stop();
  }, 180_000);
});

describe('a pager that takes nothing', () => {
  test('is told in the channel until it takes pages', async () => {
    await begin();
    await plantFault(stage.workspace, { target: 'pager', kind: '500', times: 9 });
    await withTransaction(stage.ours.pool, async (tx) => {
      const now = stage.clock.now();
      const event = {
        action: 'trigger',
        dedupKey: 'k',
        summary: 'wake up',
        severity: 'critical',
        at: now,
      } as const;
      await makeRequestPage({ configured: true })(tx, now, event);
    });
    const alerts = async () => {
      const { rows } = await stage.ours.pool.query(`select state from alerts where kind = 'page_failed'`);
      return rows.map(({ state }) => state as string);
    };
    await stage.advanceTo('2026-01-15T10:01:40+03:00');
    expect(await alerts()).toEqual([]);
    await stage.advanceTo('2026-01-15T10:04:00+03:00');
    expect(await alerts()).toEqual(['open']);
    await stage.advanceTo('2026-01-15T11:00:00+03:00');
    expect((await paged()).map(({ dedup_key: key }) => key)).toEqual(['k']);
    expect(await alerts()).toEqual(['resolved']);
  }, 60_000);
});
