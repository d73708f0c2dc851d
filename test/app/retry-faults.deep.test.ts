import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startPlatform, type RunningPlatform } from '../../sandbox/platform/server.ts';
import { makeLog } from '../../src/log.ts';
import type { RunningApp } from '../../src/main.ts';
import { lockTable } from '../support/blocked.ts';
import { loggedCalls, messagesIn } from '../support/channel.ts';
import { waitFor } from '../support/wait-for.ts';
import { ALERTS, offeredOn, openRetryStage, type FailedPayout, type RetryStage } from './retry-stage.ts';

let scene: RetryStage;
let app: RunningApp;
let payout: FailedPayout;

beforeEach(async () => {
  scene = await openRetryStage({
    policy: (text) => text.replace('time_limit_seconds: 5', 'time_limit_seconds: 1'),
  });
  app = await scene.stage.startApp();
  [payout] = (await scene.fail()) as [FailedPayout];
});

afterEach(async () => {
  await app.stop();
  await scene.stage.close();
});

const press = () => scene.press('ops2', 'retry', payout.payoutId);

/** Every text that the payout's message ever had, oldest first. */
async function texts(): Promise<string[]> {
  const calls = await loggedCalls(scene.stage.workspace);
  return calls.filter(({ method }) => method === 'chat.update').map(({ args }) => String(args['text']));
}

/** In the end one transfer, one key, and a message that says so. */
async function expectDoneOnce(): Promise<void> {
  expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  expect(await scene.attemptsOf(payout.id)).toHaveLength(2);
  expect(new Set(await scene.keysOf(payout.id)).size).toBe(1);
  expect(await scene.operations(payout.id)).toMatchObject([{ state: 'succeeded', intent: 1, refusal: null }]);
  await scene.pass(180);
  const card = await scene.card(payout.payoutId);
  expect(await scene.stateOf(payout.id)).toBe('paid');
  expect(card.text).toMatch(/Paid at[\s\S]*done at .*: the platform made a new attempt/);
  expect(card.text).not.toContain('unknown whether');
  expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  expect(await scene.auditState()).not.toBe('broken');
}

describe('what may have been done is shown as unknown until it is known', () => {
  test.each<[string, object, RegExp]>([
    ['a lost reply', { kind: 'lost_reply' }, /the connection broke/],
    ['no answer in time', { kind: 'timeout' }, /did not answer in time/],
    ['done after the time limit', { kind: 'slow' }, /did not answer in time/],
    ['a dropped connection', { kind: 'drop' }, /the connection broke/],
    ['500', { kind: '500' }, /an error that says nothing about it/],
    ['no JSON', { kind: 'error', error: 'not_json' }, /says nothing about it/],
    ['a code that nobody listed', { kind: 'error', error: 'some_unlisted_code' }, /says nothing about it/],
  ])('%s', async (_fault, fault, why) => {
    await scene.plant({ target: 'platform.retry', ...fault });
    await press();
    await waitFor('unknown is said', async () =>
      (await texts()).find((text) => /unknown whether it was done: /.test(text) && why.test(text)),
    );
    const [unknown] = (await texts()).filter((text) => text.includes('unknown whether it was done'));
    expect(unknown).toContain('nothing is sent twice');
    expect(unknown).not.toMatch(/done at|A retry is safe/);
    await scene.pass(60);
    await expectDoneOnce();
  });

  test('even where it can’t be looked up for a while', async () => {
    await scene.plant({ target: 'platform.retry', kind: 'lost_reply' });
    await scene.plant({ target: 'platform.lookup', kind: '500', times: 3 });
    await press();
    await scene.stage.idle();
    await scene.pass(6);
    const card = await scene.card(payout.payoutId);
    expect(card.text).toContain('unknown whether it was done');
    expect(offeredOn(card).filter((id) => /retry|recheck/.test(id))).toEqual([]);
    expect(await scene.operations(payout.id)).toMatchObject([{ state: 'unknown' }]);
    await scene.pass(120);
    await expectDoneOnce();
  });

  test('nor is anything doubled where answers are lost again and again', async () => {
    await scene.plant({ target: 'platform.retry', kind: 'drop' });
    await scene.plant({ target: 'platform.retry', kind: 'lost_reply' });
    await scene.plant({ target: 'platform.retry', kind: 'lost_reply' });
    await press();
    await scene.stage.idle();
    await scene.pass(120);
    await expectDoneOnce();
  });
});

test('a first try that arrives after its own replay changes nothing', async () => {
  let calls = 0;
  let arrive: (() => void) | undefined;
  const replayed = new Promise<void>((resolve) => (arrive = resolve));
  const late = new Promise<void>((resolve) => {
    scene.stage.platform.onCall(async (action, phase) => {
      if (action !== 'retry') return;
      if (phase === 'before') {
        calls += 1;
        if (calls === 1) await replayed;
      } else if (calls === 2 && arrive !== undefined) {
        arrive();
        arrive = undefined;
      } else resolve();
    });
  });
  await press();
  await waitFor('its time limit', async () =>
    (await scene.operations(payout.id))[0]?.state === 'unknown' ? true : undefined,
  );
  await scene.pass(60);
  await late;
  expect(await scene.keysOf(payout.id)).toHaveLength(2);
  expect(await scene.operations(payout.id)).toMatchObject([{ state: 'succeeded', tries: 2 }]);
  await expectDoneOnce();
});

describe('what was certainly not done waits, and is done', () => {
  test('after 429', async () => {
    await scene.plant({ target: 'platform.retry', kind: '429', retry_after: 20 });
    await press();
    await waitFor('waiting is said', async () =>
      (await texts()).find((text) => /nothing was sent yet: the platform is busy/.test(text)),
    );
    expect(await scene.effectsOn(payout.id)).toEqual([]);
    await scene.pass(60);
    await expectDoneOnce();
  });

  test('after 401, which is an alert too', async () => {
    await scene.plant({ target: 'platform.retry', kind: 'error', error: 'unauthorised' });
    await press();
    await waitFor('waiting is said', async () =>
      (await texts()).find((text) => /nothing was sent yet: the platform did not let us in/.test(text)),
    );
    await waitFor('the alert', async () =>
      (await messagesIn(scene.stage.workspace, ALERTS)).find(({ text }) =>
        text.includes('does not let Mutabık in'),
      ),
    );
    expect(await scene.effectsOn(payout.id)).toEqual([]);
    await scene.pass(60);
    await expectDoneOnce();
  });

  test('after a refused connection', async () => {
    const { stage } = scene;
    let again: RunningPlatform | undefined;
    const away = new Promise<void>((resolve, reject) => {
      const off = stage.platform.onCall(async (action, phase) => {
        if (action !== 'recheck' || phase !== 'after') return;
        off();
        const barrier = await lockTable(stage.ours.superuserUrl, 'mutabik.operations');
        barrier
          .reached()
          .then(() => stage.platform.stop())
          .then(() => barrier.lift())
          .then(resolve, reject);
      });
    });
    await press();
    await away;
    await waitFor('waiting is said', async () =>
      (await texts()).find((text) => /nothing was sent yet: the platform could not be reached/.test(text)),
    );
    const { PLATFORM_URL: url, PLATFORM_TOKEN: token } = stage.environment;
    again = await startPlatform({
      port: Number(new URL(url!).port),
      pool: stage.finance.pool,
      clock: stage.clock,
      token: token!,
      log: makeLog('silent'),
    });
    await scene.pass(90);
    await expectDoneOnce();
    await again.stop();
  });
});

describe('what can’t be asked is not sent', () => {
  test.each<[string, object]>([
    ['500', { kind: '500' }],
    ['no JSON', { kind: 'error', error: 'not_json' }],
    ['no answer in time', { kind: 'timeout' }],
    ['401', { kind: 'error', error: 'unauthorised' }],
  ])('%s to the question, and can be pressed later', async (_fault, fault) => {
    await scene.plant({ target: 'platform.recheck', ...fault });
    await press();
    await scene.stage.idle();
    const [refused] = await scene.operations(payout.id);
    expect(refused).toMatchObject({ state: 'refused', tries: 0, refusal: { by: 'us', means: 'not_safe' } });
    expect(await scene.keysOf(payout.id)).toEqual([]);
    await scene.pass(320);
    await press();
    await scene.stage.idle();
    expect(await scene.operations(payout.id)).toMatchObject([
      { intent: 1 },
      { intent: 2, state: 'succeeded' },
    ]);
    expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  });
});
