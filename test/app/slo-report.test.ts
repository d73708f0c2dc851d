import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sloReportCommand } from '../../src/cli/slo-report.ts';
import type { RunningApp } from '../../src/main.ts';
import { runCommand } from '../cli/in-process.ts';
import { actingOn } from '../support/acting.ts';
import { fileText, messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

let stage: Stage;
let app: RunningApp;
let acting: ReturnType<typeof actingOn>;

beforeAll(async () => {
  stage = await openStage({
    scale: 0.01,
    planted: false,
    policy: (text) => text.replace('report: { cron: "0 0 1 1 *"', 'report: { cron: "0 10 * * 4"'),
  });
  await stage.ours.pool.query(
    `insert into slo_minutes (slo, basis, minute, good, valid)
     select 'api-availability', 'event', minute, 99, 100
       from generate_series('2025-12-21T21:00Z'::timestamptz, '2026-01-11T20:59Z', interval '1 minute') minute`,
  );
  app = await stage.startApp();
  acting = actingOn(stage);
  // A Thursday, an hour after the beginning: the week that is over is the same as on its Monday.
  await stage.advanceTo('2026-01-15T07:01:00Z');
}, 90_000);

afterAll(async () => {
  await app?.stop();
  await stage?.close();
});

async function reports() {
  await stage.idle();
  return (await messagesIn(stage.workspace, 'slo')).filter(({ text }) => text.includes('2026-W02'));
}

describe('the moment of the report', () => {
  test('the report stands in the channel, once', async () => {
    const heads = (await reports()).filter(({ thread_ts: thread }) => thread === undefined);
    expect(heads).toHaveLength(1);
    expect(heads[0]?.text).toContain('API availability · broken');
    expect(heads[0]?.text).toContain('Webhook success · NO DATA');
    expect(JSON.stringify(heads[0]?.blocks)).toContain('data_visualization');
    expect(await stage.ours.pool.query(`select week from slo_reports`)).toMatchObject({
      rows: [{ week: '2026-W02' }],
    });
  });

  test('the file in its thread is what the command prints', async () => {
    const [head] = await reports();
    const files = await waitFor('the file', async () => {
      await stage.idle();
      const thread = (await messagesIn(stage.workspace, 'slo')).filter((one) => one.thread_ts === head?.ts);
      const found = thread.flatMap((one) => one.files ?? []);
      return found.length > 0 ? found : undefined;
    });
    expect(files.map(({ name }) => name)).toEqual(['slo-2026-W02.md']);
    const printed = await runCommand(sloReportCommand, ['--week', '2026-W02'], stage.environment);
    expect(printed.code).toBe(0);
    expect(await fileText(stage.workspace, files[0]!.id)).toBe(printed.out);
  });

  test('an action is added from it, and stands on it', async () => {
    const [head] = await reports();
    const { id } = (await stage.ours.pool.query<{ id: string }>('select id from slo_reports')).rows[0]!;
    await acting.press('lead1', head!.channel, head!.ts, 'actions.add', `slo_report/${id}`);
    const view = await waitFor('the form', () => acting.top('lead1'));
    await acting.submit('lead1', view.id, { what: 'Raise the connection limit' });
    const [shown] = await reports();
    expect(JSON.stringify(shown?.blocks)).toContain('Raise the connection limit');
  });
});
