import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loggedCalls, plantFault } from '../support/channel.ts';
import { expectOneMorning, seeMorning } from '../support/morning.ts';
import { openStage, type Stage } from '../support/stage.ts';

const METHODS = ['chat.postMessage', 'files.getUploadURLExternal', 'files.completeUploadExternal'];
const KINDS = ['429', '500', 'timeout', 'lost_reply', 'drop'];

describe('Slack fails in the morning', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage();
  });

  afterEach(async () => {
    await stage.close();
  });

  test.each(METHODS.flatMap((target) => KINDS.map((kind) => ({ target, kind }))))(
    '$kind at $target, twice',
    async ({ target, kind }) => {
      await plantFault(stage.workspace, {
        target,
        kind,
        times: 2,
        ...(kind === '429' ? { retry_after: 7 } : {}),
      });
      const app = await stage.startApp();
      await stage.advanceTo('2026-01-15T09:20:00+03:00');
      expectOneMorning(await seeMorning(stage), stage);
      const failed = (await loggedCalls(stage.workspace)).filter(
        (call) => call.method === target && !call.ok,
      );
      expect(failed.length).toBeGreaterThanOrEqual(kind === 'lost_reply' ? 0 : 2);
      await app.stop();
    },
  );

  test('all of Slack is away for half an hour', async () => {
    await plantFault(stage.workspace, { target: 'slack', kind: '500', times: 1_000_000 });
    const app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:30:00+03:00');
    expect((await seeMorning(stage)).digests).toEqual([]);
    await plantFault(stage.workspace, { target: 'slack', kind: 'none' });
    await stage.advanceTo('2026-01-15T10:00:00+03:00');
    expectOneMorning(await seeMorning(stage), stage);
    await app.stop();
  });

  test('the finance database is away: failed, said so, mended', async () => {
    await stage.finance.pool.query('revoke usage on schema finance from finance_reader');
    const app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:30:00+03:00');
    const failed = await seeMorning(stage);
    expect(failed.runs).toEqual([{ state: 'failed', label: '2026-01-15' }]);
    expect(failed.digests).toHaveLength(1);
    expect(failed.text).toMatch(/failed/i);
    expect(failed.files).toEqual([]);
    const { rows } = await stage.ours.pool.query(`select rule, class from findings where state = 'open'`);
    expect(rows).toEqual([{ rule: 'R26', class: 'MED' }]);

    await stage.finance.pool.query('grant usage on schema finance to finance_reader');
    await stage.advanceTo('2026-01-16T09:30:00+03:00');
    const mended = await seeMorning(stage);
    expect(mended.runs.map(({ state }) => state)).toEqual(['failed', 'complete']);
    const blind = await stage.ours.pool.query(`select state from findings where rule = 'R26'`);
    expect(blind.rows).toEqual([{ state: 'resolved' }]);
    const alerts = await stage.ours.pool.query(`select state from alerts where kind = 'run_failed'`);
    expect(alerts.rows).toEqual([{ state: 'resolved' }]);
    await app.stop();
  });
});
