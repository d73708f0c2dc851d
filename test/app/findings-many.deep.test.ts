import { expect, test } from 'vitest';
import { actingOn } from '../support/acting.ts';
import { openStage } from '../support/stage.ts';

const PEOPLE = ['ops1', 'ops2', 'manager1', 'manager2', 'lead1', 'lead2'];

test('everybody closes what they can while a run goes on', { timeout: 180_000 }, async () => {
  const stage = await openStage();
  const people = actingOn(stage);
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:05:00+03:00');
  const { rows } = await stage.ours.pool.query<{ id: string }>(
    `select id from findings where state = 'open' order by id`,
  );
  const before = rows.map(({ id }) => id);
  await people.command('ops1', '/recon', 'run');
  // One after the other for each person, all people at once, every finding reached for by two of them.
  const close = async (user: string, id: string) => {
    await people.command(user, '/recon', id);
    const view = await people.topAbout(user, id);
    const answer = await people.submit(user, view.id, { note: `of ${user}` });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.ack_ms).toBeLessThan(3_000);
  };
  await Promise.all(
    PEOPLE.map(async (user, index) => {
      for (const [place, id] of before.entries()) {
        if (place % 3 === index % 3) await close(user, id);
      }
    }),
  );
  const closes = await stage.ours.pool.query<{ finding_id: string }>(
    `select finding_id from finding_history where change = 'resolved' and actor like 'person:%'`,
  );
  expect(new Set(closes.rows.map((row) => row.finding_id)).size).toBe(before.length);
  await stage.advanceTo('2026-01-15T09:15:00+03:00');
  const tasks = await stage.ours.pool.query(`select kind, last_error from tasks where state = 'failed'`);
  expect(tasks.rows).toEqual([]);
  const { ephemerals } = await people.state();
  expect(ephemerals.filter(({ text }) => /went wrong|ters gitti/.test(text))).toEqual([]);
  await app.stop();
  await stage.close();
});
