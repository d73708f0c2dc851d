import { expect, test } from 'vitest';
import { messagesIn, type ShownMessage } from '../support/channel.ts';
import { waitFor } from '../support/wait-for.ts';
import { offeredOn, openRetryStage } from './retry-stage.ts';

const FINANCE = 'finance-ops';
/** Minutes are read, and weeks reported, by other tests. */
const never = (text: string): string =>
  text
    .replace('snapshot: { cron: "* * * * *"', 'snapshot: { cron: "0 0 1 1 *"')
    .replace('report: { cron: "0 10 * * 1"', 'report: { cron: "0 0 1 1 *"');

test('payouts at risk are listed with their buttons in time', async () => {
  const scene = await openRetryStage({
    slo: true,
    scale: 0.01,
    policy: never,
  });
  const { stage, people } = scene;
  const app = await stage.startApp();
  const pass = (minutes: number) =>
    stage.advanceTo(new Date(stage.clock.now().getTime() + minutes * 60_000).toISOString());
  const cards = async (): Promise<ShownMessage[]> =>
    (await messagesIn(stage.workspace, FINANCE)).filter(({ text }) => /at risk/.test(text));

  const failed = await scene.make({ age: '22h' });
  const asked = await scene.make({ state: 'requested', age: '21h' });
  await scene.make({ state: 'requested', age: '25h' });
  await scene.make({ state: 'requested', age: '3h' });
  await pass(6);
  const [card, ...more] = await cards();
  expect(more).toEqual([]);
  expect(card?.text).toContain('2 payouts are at risk');
  expect(card?.text).toContain(failed.id);
  expect(card?.text).toContain(asked.id);
  expect(card?.text).toContain('1 payout is open past the promise already');

  // An episode that was opened by a check of the same minute is on the list with the next one.
  await pass(5);
  const [offered] = await cards();
  expect(offeredOn(offered!)).toEqual(['payouts.retry', 'payouts.recheck', 'payouts.more']);

  // The button is the payout's own: it is looked at, and asked about, as by its own message.
  expect(await people.press('ops1', FINANCE, card!.ts, 'payouts.recheck')).toMatchObject({ status: 200 });
  await stage.idle();
  const { rows } = await stage.ours.pool.query<{ action: string }>(
    'select action from operations where subject_id = $1',
    [failed.id],
  );
  expect(rows).toEqual([{ action: 'recheck' }]);

  // ops1 reads Turkish.
  await people.press('ops1', FINANCE, card!.ts, 'slo.risk');
  const view = await people.topWith('ops1', failed.id);
  expect(JSON.stringify(view.blocks)).toContain('henüz bir sağlayıcıya gönderilmedi');
  // Who holds no role sees no payments.
  await people.press('owner1', FINANCE, card!.ts, 'slo.risk');
  await waitFor('a refusal', async () => {
    const { ephemerals } = await people.state();
    const owner = await people.idOf('owner1');
    return ephemerals.some(({ user, text }) => user === owner && text.includes('🔒')) ? true : undefined;
  });
  expect(await people.top('owner1')).toBeUndefined();
  await people.command('owner1', '/slo', 'risk');
  await people.topWith('owner1', '🔒');
  await people.command('manager1', '/slo', 'risk');
  await people.topWith('manager1', failed.id);

  expect(await scene.markPaidElsewhere(failed.id)).toBeLessThan(300);
  await pass(5);
  const [later] = await cards();
  expect(later?.text).toContain('1 paid in time');
  expect(later?.text).not.toContain(failed.id);

  await stage.finance.pool.query(
    `update finance.transactions set state = 'canceled', final_at = $2, state_since = $2, updated_at = $2 where id = $1`,
    [asked.id, stage.clock.now()],
  );
  await pass(5);
  const [over] = await cards();
  expect(over?.ts).toBe(card!.ts);
  expect(over?.text).toContain('No payout on this list is at risk any more');
  expect(over?.text).toContain('1 paid in time · 1 rejected or canceled');
  expect(offeredOn(over!)).toEqual([]);
  await app.stop();
  await stage.close();
});
