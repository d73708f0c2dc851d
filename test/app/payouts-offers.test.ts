import { expect, test } from 'vitest';
import { offeredOn, openRetryStage, pressSigned, type FailedPayout } from './retry-stage.ts';

const LOOKUP = / {4}lookup:\n(?: {6}.*\n)+/;
const KEY_OF_RETRY = / {6}idempotent: .*\n/;

test.each([
  ['keys for a retry', KEY_OF_RETRY, 'takes no idempotency key'],
  ['a look-up', LOOKUP, "can't look an operation up by its key"],
])('a platform without %s gets no Retry', async (_what, without, words) => {
  const scene = await openRetryStage({
    policy: (text) => {
      const changed = text.replace(without, '');
      expect(changed).not.toBe(text);
      return changed;
    },
  });
  const app = await scene.stage.startApp();
  const [payout] = (await scene.fail()) as [FailedPayout];
  const card = await scene.card(payout.payoutId);
  expect(offeredOn(card)).toEqual(['payouts.recheck', 'payouts.escalate', 'payouts.more']);
  expect(card.text).toContain('No retry now');
  expect(card.text).toContain(words);

  const press = {
    userId: await scene.people.idOf('ops2'),
    card,
    actionId: 'payouts.retry',
    value: `${payout.payoutId}:1`,
  };
  expect(await pressSigned(scene.stage, app.port, press)).toBe(200);
  await scene.people.toldWith('ops2', words);
  await scene.stage.idle();
  expect(await scene.operations(payout.id)).toEqual([]);
  expect(await scene.keysOf(payout.id)).toEqual([]);

  // What a report suggests is by the domain's tables, whatever the platform can do.
  const { rows } = await scene.stage.ours.pool.query<object>(
    `select rule, class, action from findings where subject_id = $1`,
    [payout.id],
  );
  expect(rows).toEqual([{ rule: 'R23', class: 'LOW', action: 'retry' }]);
  await app.stop();
  await scene.stage.close();
});
