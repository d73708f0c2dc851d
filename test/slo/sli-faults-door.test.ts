import { expect, it } from 'vitest';
import { openStage } from '../support/stage.ts';

it('POST /sandbox/faults makes minutes fail, and "none" ends it', async () => {
  const stage = await openStage({ scale: 0.01, planted: false });
  try {
    const post = async (body: object) =>
      (await fetch(`${stage.workspace.url}/sandbox/faults`, { method: 'POST', body: JSON.stringify(body) }))
        .status;
    const newest = async () =>
      (
        await stage.finance.pool.query<{ share: number }>(
          `select (good::float8 / valid) as share from finance.sli_minutes
            where sli = 'webhook_success' order by minute desc limit 1`,
        )
      ).rows[0]?.share;
    expect(await post({ target: 'sli', kind: '500' })).toBe(200);
    await stage.advanceTo(new Date(stage.clock.now().getTime() + 3 * 60_000).toISOString());
    expect(await newest()).toBe(0);
    expect(await post({ target: 'sli', kind: 'none' })).toBe(200);
    await stage.advanceTo(new Date(stage.clock.now().getTime() + 3 * 60_000).toISOString());
    expect(await newest()).toBeGreaterThan(0.9);
    expect(await post({ target: 'slis', kind: '500' })).toBe(400);
  } finally {
    await stage.close();
  }
});
