import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { loggedCalls } from '../support/channel.ts';
import { waitFor } from '../support/wait-for.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import type { FailedPayout } from './retry-stage.ts';

let scene: OverrideStage;
let app: RunningApp;
let override: AskedOverride;

beforeEach(async () => {
  scene = await openOverrideStage({
    policy: (text) => text.replace('time_limit_seconds: 5', 'time_limit_seconds: 1'),
  });
  app = await scene.stage.startApp();
  const [payout] = (await scene.fail()) as [FailedPayout];
  override = await scene.ask('ops1', payout);
  await scene.approve('manager1', override.overrideId);
}, 120_000);

afterEach(async () => {
  await app.stop();
  await scene.stage.close();
});

/** On the card; the channel's line begins with the same words and goes on otherwise. */
const UNKNOWN = /^❔ Override: unknown whether it was carried out[\s\S]*Unknown whether it was done/;
const VOTERS = { votes: ['manager1', 'manager2'] };

/** Every text that a message of the app ever had, oldest first. */
async function texts(): Promise<string[]> {
  const calls = await loggedCalls(scene.stage.workspace);
  return calls.filter(({ method }) => method === 'chat.update').map(({ args }) => String(args['text']));
}

describe('what may have been done is shown as unknown until it is known, and is done once', () => {
  test.each<[string, object]>([
    ['a lost reply', { kind: 'lost_reply' }],
    ['no answer in time', { kind: 'timeout' }],
    ['done after the time limit', { kind: 'slow' }],
    ['500', { kind: '500' }],
    ['a code that nobody listed', { kind: 'error', error: 'some_unlisted_code' }],
  ])('%s', async (_fault, fault) => {
    await scene.plant({ target: 'platform.mark_paid', ...fault });
    // It is looked up within seconds: a card that is redrawn later would never have said it.
    await scene.plant({ target: 'platform.lookup', kind: '500', times: 3 });
    await scene.approve('manager2', override.overrideId);
    const unknown = await waitFor('unknown is said on the card', async () =>
      (await texts()).find((text) => UNKNOWN.test(text)),
    );
    expect(unknown).toContain('nothing is sent twice. Please do nothing by hand.');
    await scene.stage.idle();
    await scene.pass(120);
    await scene.expectExecuted(override, VOTERS);
  });

  test('even where it can’t be looked up for a while', async () => {
    await scene.plant({ target: 'platform.mark_paid', kind: 'lost_reply' });
    await scene.plant({ target: 'platform.lookup', kind: '500', times: 3 });
    await scene.approve('manager2', override.overrideId);
    await scene.stage.idle();
    await scene.pass(6);
    expect((await scene.overrideCard(override.overrideId)).text).toContain('Unknown whether it was done');
    expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'executing' }]);
    await scene.expectThread(override.overrideId, ['approved']);
    await scene.pass(120);
    await scene.expectExecuted(override, VOTERS);
  });
});

test('what was certainly not done waits, says so, and is done', async () => {
  await scene.plant({ target: 'platform.mark_paid', kind: '429', retry_after: 20 });
  await scene.approve('manager2', override.overrideId);
  await waitFor('waiting is said', async () =>
    (await texts()).find((text) => /Nothing was sent yet: the platform is busy/.test(text)),
  );
  expect(await scene.effectsOn(override.id)).toEqual([]);
  await scene.stage.idle();
  await scene.pass(120);
  await scene.expectExecuted(override, VOTERS);
});

test('paid elsewhere between the check and the call: the platform refuses it, and it has failed', async () => {
  const settled = new Promise<number>((resolve, reject) => {
    const off = scene.stage.platform.onCall(async (action, phase) => {
      if (action !== 'mark_paid' || phase !== 'before') return;
      off();
      await scene.markPaidElsewhere(override.id).then(resolve, reject);
    });
  });
  await scene.approve('manager2', override.overrideId);
  expect(await settled).toBe(202);
  await scene.stage.idle();
  await scene.pass(120);
  expect(await scene.effectsOn(override.id)).toEqual(['mark_paid']);
  expect(await scene.operations(override.id)).toMatchObject([
    { state: 'refused', refusal: { by: 'platform' } },
  ]);
  expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'failed', isReadBack: true }]);
  expect((await scene.overrideCard(override.overrideId)).text).toMatch(/^⚠️ Override failed/);
  await scene.expectThread(override.overrideId, ['approved', 'failed']);
  expect(await scene.auditState()).not.toBe('broken');
});
