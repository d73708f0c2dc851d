import { expect, test } from 'vitest';
import { actingOn } from '../support/acting.ts';
import { loggedCalls, messagesIn } from '../support/channel.ts';
import { seeMorning } from '../support/morning.ts';
import { openStage } from '../support/stage.ts';

// A day in which nobody answers: every escalation climbs.
test('breaks older than the start are one opening balance, once', { timeout: 90_000 }, async () => {
  const start = '2026-01-14T21:00:00Z';
  const stage = await openStage({
    policy: (text) => text.replace('reconciliation:\n', `reconciliation:\n  start_at: ${start}\n`),
  });
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:10:00+03:00');
  const { rows } = await stage.ours.pool.query<{ opening: boolean; count: number }>(
    `select opening, count(*)::int as count from findings group by opening order by opening`,
  );
  const [fresh, old] = [rows[0]?.count ?? 0, rows[1]?.count ?? 0];
  expect(fresh + old).toBe(stage.planted.length);
  expect(Math.min(fresh, old)).toBeGreaterThan(5);

  const first = await seeMorning(stage);
  expect(first.digests).toHaveLength(2);
  const digest = first.digests.find(({ text }) => text.includes('Mutabık:'));
  const opening = first.digests.find((each) => each !== digest);
  expect(digest?.text).toContain(`${fresh} new`);
  expect(opening?.text).toContain(String(old));
  // The file has all of them, and says which are of the opening balance.
  expect(first.files.map(({ lines }) => lines)).toEqual([stage.planted.length + 1]);

  const kept = await stage.ours.pool.query(
    `select value from settings where name = 'reconciliation.start_at'`,
  );
  expect(kept.rows).toEqual([{ value: { at: new Date(start).toISOString() } }]);
  await stage.advanceTo('2026-01-16T09:10:00+03:00');
  const second = await seeMorning(stage);
  expect(second.digests).toHaveLength(3);
  const rewritten = second.digests.find(({ ts }) => ts === opening?.ts);
  expect(rewritten?.text).toContain('16 January 2026');
  const posts = (await loggedCalls(stage.workspace)).filter(
    ({ method, args }) => method === 'chat.postMessage' && args['channel'] === 'C0FINANCEOPS',
  );
  expect(posts).toHaveLength(3);
  await app.stop();
  await stage.close();
});

test('two people take the opening balance over, and its message says who', async () => {
  const stage = await openStage({
    policy: (text) =>
      text.replace('reconciliation:\n', 'reconciliation:\n  start_at: 2026-01-14T21:00:00Z\n'),
  });
  const people = actingOn(stage);
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:10:00+03:00');
  const card = async () => {
    await stage.idle();
    const messages = await messagesIn(stage.workspace, 'finance-ops');
    return messages.find(({ text }) => text.startsWith('📌'))!;
  };
  const { ts, text } = await card();
  expect(text).toContain('it takes two people');
  await people.press('ops2', 'finance-ops', ts, 'findings.adopt');
  await people.toldWith('ops2', 'A second person is needed now');
  expect((await card()).text).toContain(`<@${await people.idOf('ops2')}> takes these`);
  await people.press('ops2', 'finance-ops', ts, 'findings.adopt');
  await people.toldWith('ops2', 'the second person must be another one');
  await people.press('engineer2', 'finance-ops', ts, 'findings.adopt');
  await people.toldWith('engineer2', "Your roles don't allow this");
  await people.press('manager2', 'finance-ops', ts, 'findings.adopt');
  await people.toldWith('manager2', 'are taken over by two');
  const adopted = await card();
  expect(adopted.text).toMatch(/<@\w+> and <@\w+> took \d+ breaks over/);
  expect(JSON.stringify(adopted.blocks)).not.toContain('findings.adopt');
  const { rows } = await stage.ours.pool.query(
    `select count(*)::int as left from findings where opening and adopted_at is null`,
  );
  expect(rows).toEqual([{ left: 0 }]);
  await app.stop();
  await stage.close();
});
