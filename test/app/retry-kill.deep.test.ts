import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockTable, type Barrier } from '../support/blocked.ts';
import type { AppChild } from '../support/app-child.ts';
import { messagesIn } from '../support/channel.ts';
import { ALERTS, openRetryStage, type FailedPayout, type RetryStage } from './retry-stage.ts';

let scene: RetryStage;
/** The process that is being killed; one that starts may be at work before it says that it is ready. */
let app: Promise<AppChild>;
let payout: FailedPayout;

beforeEach(async () => {
  scene = await openRetryStage();
  app = scene.stage.spawnApp();
  await app;
  [payout] = (await scene.fail()) as [FailedPayout];
});

afterEach(async () => {
  await scene.stage.close();
});

async function kill(): Promise<void> {
  await (await app).kill();
}

/** Kills the app the first time that the platform is about to carry out a call of this kind, or just has. */
function killAroundPlatform(wanted: string, at: 'before' | 'after'): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = scene.stage.platform.onCall(async (action, phase) => {
      if (action !== wanted || phase !== at) return;
      off();
      await kill().then(resolve, reject);
    });
  });
}

/** The same around a call to Slack. */
function killAroundSlack(wanted: string, at: 'before' | 'after'): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = scene.stage.workspace.onCall(async (method, phase) => {
      if (method !== wanted || phase !== at) return;
      off();
      await kill().then(resolve, reject);
    });
  });
}

/** Kills it where it waits for a table that was locked when the platform was called. */
function killBefore(
  table: string,
  wanted: string,
  at: 'before' | 'after',
  mode = 'exclusive',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = scene.stage.platform.onCall(async (action, phase) => {
      if (action !== wanted || phase !== at) return;
      off();
      const barrier = await lockTable(scene.stage.ours.superuserUrl, table, mode);
      killAt(barrier).then(resolve, reject);
    });
  });
}

async function killAt(barrier: Barrier): Promise<void> {
  await barrier.reached();
  await kill();
  await barrier.lift();
}

/** Whatever was cut short: one transfer, a row and a message that say so, and a whole audit log. */
async function expectOneRetry(withinSeconds = 75): Promise<void> {
  app = scene.stage.spawnApp();
  await app;
  await scene.stage.idle();
  await scene.pass(withinSeconds);
  expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  expect(await scene.attemptsOf(payout.id)).toHaveLength(2);
  expect(new Set(await scene.keysOf(payout.id)).size).toBe(1);
  expect(await scene.operations(payout.id)).toMatchObject([
    { state: 'succeeded', intent: 1, action: 'retry', refusal: null },
  ]);
  const way = await scene.card(payout.payoutId);
  expect(way.text).toMatch(/accepted → sent at .* → done at .*: the platform made a new attempt/);
  await scene.pass(180);
  expect(await scene.stateOf(payout.id)).toBe('paid');
  const card = await scene.card(payout.payoutId);
  expect(card.text).toMatch(/Paid at[\s\S]*done at .*: the platform made a new attempt/);
  expect(card.text).not.toMatch(/unknown whether|No retry now|awaited/);
  expect(await scene.auditState()).not.toBe('broken');
  expect((await scene.audited('operation.succeeded')).length).toBe(1);
  expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
}

/** Time passes until it is killed: what is unknown is looked up after a while. */
async function passUntil(killed: Promise<void>): Promise<void> {
  await Promise.race([killed, scene.pass(30)]);
  await killed;
}

const press = () => scene.press('ops2', 'retry', payout.payoutId);

async function killedAfterPress(killed: Promise<void>): Promise<void> {
  await press();
  await killed;
  await expectOneRetry();
}

describe('killed around a call to the platform', () => {
  test.each([
    ['before the provider is asked', 'recheck', 'before'],
    ['after the provider was asked', 'recheck', 'after'],
    ['between the row that says sent and the call', 'retry', 'before'],
    ['after the call was carried out, before its answer', 'retry', 'after'],
  ] as const)('%s', async (_step, action, phase) => {
    await killedAfterPress(killAroundPlatform(action, phase));
  });
});

describe('killed before it stores', () => {
  test.each([
    ['what the provider said', 'mutabik.provider_answers', 'recheck', 'after'],
    ['that it was sent', 'mutabik.operations', 'recheck', 'after'],
    ['that its answer came', 'mutabik.operations', 'retry', 'after'],
    ['the answer’s audit row', 'mutabik.audit_log', 'retry', 'after'],
    ['the calls that it made', 'mutabik.operation_calls', 'retry', 'after'],
    ['what the look after it saw', 'mutabik.payouts', 'retry', 'after'],
  ] as const)('%s', async (_what, table, action, phase) => {
    await killedAfterPress(killBefore(table, action, phase));
  });
});

test('killed after the click, before the payout is read', async () => {
  const barrier = await lockTable(
    scene.stage.finance.superuserUrl,
    'finance.transactions',
    'access exclusive',
  );
  await press();
  expect(await scene.operations(payout.id)).toMatchObject([{ state: 'accepted', tries: 0 }]);
  await killAt(barrier);
  expect(await scene.keysOf(payout.id)).toEqual([]);
  await expectOneRetry();
});

describe('killed around its message', () => {
  test.each(['before', 'after'] as const)('%s it is rewritten', async (phase) => {
    await killedAfterPress(killAroundSlack('chat.update', phase));
  });

  test.each(['before', 'after'] as const)('%s it says that it was done', async (phase) => {
    const killed = new Promise<void>((resolve, reject) => {
      let isDone = false;
      const offPlatform = scene.stage.platform.onCall((action, at) => {
        if (action === 'retry' && at === 'after') isDone = true;
      });
      const off = scene.stage.workspace.onCall(async (method, at) => {
        if (!isDone || method !== 'chat.update' || at !== phase) return;
        off();
        offPlatform();
        await kill().then(resolve, reject);
      });
    });
    await killedAfterPress(killed);
  });
});

describe('killed while it is looked up', () => {
  test.each([
    ['lost_reply', 'before'],
    ['lost_reply', 'after'],
    ['drop', 'before'],
    ['drop', 'after'],
  ] as const)('after %s, %s the look-up', async (kind, phase) => {
    await scene.plant({ target: 'platform.retry', kind });
    const killed = killAroundPlatform('lookup', phase);
    await press();
    await passUntil(killed);
    await expectOneRetry();
  });

  test.each([
    ['lost_reply', 'what it found'],
    ['drop', 'that it found nothing'],
  ] as const)('after %s, before %s is stored', async (kind, _what) => {
    await scene.plant({ target: 'platform.retry', kind });
    const killed = killBefore('mutabik.operations', 'lookup', 'after');
    await press();
    await passUntil(killed);
    await expectOneRetry();
  });

  test('between the row that says sent again and the call', async () => {
    await scene.plant({ target: 'platform.retry', kind: 'drop' });
    let calls = 0;
    const killed = new Promise<void>((resolve, reject) => {
      const off = scene.stage.platform.onCall(async (action, at) => {
        if (action !== 'retry' || at !== 'before' || (calls += 1) < 2) return;
        off();
        await kill().then(resolve, reject);
      });
    });
    await press();
    await passUntil(killed);
    await expectOneRetry();
  });
});

test('killed again and again, at every step', async () => {
  await scene.plant({ target: 'platform.retry', kind: 'lost_reply' });
  let killed = killAroundPlatform('recheck', 'after');
  await press();
  await killed;
  for (const [action, phase] of [
    ['recheck', 'before'],
    ['retry', 'after'],
    ['lookup', 'before'],
    ['lookup', 'after'],
  ] as const) {
    killed = killAroundPlatform(action, phase);
    app = scene.stage.spawnApp();
    await app;
    await passUntil(killed);
  }
  // A task at which five processes in a row died is left alone for ten minutes, and somebody is told.
  await expectOneRetry(11 * 60);
  const alerts = await messagesIn(scene.stage.workspace, ALERTS);
  expect(alerts.some(({ text }) => text.includes('operation:'))).toBe(true);
});
