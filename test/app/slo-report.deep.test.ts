import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;

beforeAll(async () => {
  stage = await openStage({
    scale: 0.01,
    planted: false,
    policy: (text) => text.replace('report: { cron: "0 0 1 1 *"', 'report: { cron: "0 10 * * 1"'),
  });
  app = await stage.startApp();
}, 90_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

async function reportOf(week: string): Promise<ShownMessage | undefined> {
  await stage.idle();
  return (await messagesIn(stage.workspace, 'slo')).find(
    ({ text, thread_ts: thread }) => thread === undefined && text.includes(week),
  );
}

describe('two Mondays', () => {
  test('the first report is that of the week in which it began', async () => {
    await stage.advanceTo('2026-01-19T06:59:00Z');
    expect(await reportOf('2026-W03')).toBeUndefined();
    await stage.advanceTo('2026-01-19T07:01:00Z');
    const report = await reportOf('2026-W03');
    expect(report?.text).toContain('None was open.');
    expect(report?.text).toContain('NO DATA');
  });

  test('what the first led to comes first in the second', async () => {
    const acting = actingOn(stage);
    const head = (await reportOf('2026-W03'))!;
    const { id } = (await stage.ours.pool.query<{ id: string }>('select id from slo_reports')).rows[0]!;
    await acting.press('lead1', head.channel, head.ts, 'actions.add', `slo_report/${id}`);
    const view = await waitFor('the form', () => acting.top('lead1'));
    await acting.submit('lead1', view.id, { what: 'Raise the connection limit' });
    await stage.advanceTo('2026-01-26T07:01:00Z');
    const blocks = JSON.stringify((await reportOf('2026-W04'))?.blocks);
    expect(blocks.indexOf('Raise the connection limit')).toBeGreaterThan(0);
    expect(blocks.indexOf('Raise the connection limit')).toBeLessThan(blocks.indexOf('API availability'));
  });
});
