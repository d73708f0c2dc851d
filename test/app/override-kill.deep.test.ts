import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { lockTable, type Barrier } from '../support/blocked.ts';
import { messagesIn } from '../support/channel.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import { ALERTS, type FailedPayout } from './retry-stage.ts';

let scene: OverrideStage;
/** The process that is being killed; one that starts may be at work before it says that it is ready. */
let app: Promise<AppChild>;
let payout: FailedPayout;

beforeEach(async () => {
  scene = await openOverrideStage();
  app = scene.stage.spawnApp();
  await app;
  [payout] = (await scene.fail()) as [FailedPayout];
}, 120_000);

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

/** The same around that call of this kind to Slack, counted from now on. */
function killAroundSlack(wanted: string, at: 'before' | 'after', count = 1): Promise<void> {
  let calls = 0;
  return new Promise((resolve, reject) => {
    const off = scene.stage.workspace.onCall(async (method, phase) => {
      if (method !== wanted || phase !== at || (calls += 1) < count) return;
      off();
      await kill().then(resolve, reject);
    });
  });
}

/** Kills it where it waits for a table that was locked when the platform was called. */
function killBefore(table: string, wanted: string, at: 'before' | 'after'): Promise<void> {
  return new Promise((resolve, reject) => {
    const off = scene.stage.platform.onCall(async (action, phase) => {
      if (action !== wanted || phase !== at) return;
      off();
      const barrier = await lockTable(scene.stage.ours.superuserUrl, table);
      killAt(barrier).then(resolve, reject);
    });
  });
}

/** Kills it where it waits for a table that is locked from now on. */
async function killWaiting(table: string): Promise<{ killed: Promise<void> }> {
  const barrier = await lockTable(scene.stage.ours.superuserUrl, table);
  return { killed: killAt(barrier) };
}

async function killAt(barrier: Barrier): Promise<void> {
  await barrier.reached();
  await kill();
  await barrier.lift();
}

/** Time passes until it is killed: what is unknown is looked up after a while. */
async function passUntil(killed: Promise<void>): Promise<void> {
  await Promise.race([killed, scene.pass(30)]);
  await killed;
}

async function restart(): Promise<void> {
  app = scene.stage.spawnApp();
  await app;
  await scene.stage.idle();
}

/** Asked by one, approved by another: one more vote and it is carried out. */
async function askAndApproveOnce(): Promise<AskedOverride> {
  const override = await scene.ask('ops1', payout);
  await scene.approve('manager1', override.overrideId);
  return override;
}

/** The vote that completes the quorum; whoever presses sees nothing when the app dies over it. */
async function lastVote({ overrideId }: AskedOverride): Promise<void> {
  await scene.decide('manager2', 'approve', overrideId);
}

const VOTERS = { votes: ['manager1', 'manager2'] };

/** Whatever was cut short: one effect, and rows, card, line, thread and alert that say so, each once. */
async function expectOnce(override: AskedOverride, withinSeconds = 75): Promise<void> {
  await restart();
  await scene.pass(withinSeconds);
  await scene.expectExecuted(override, VOTERS);
  await scene.pass(180);
  await scene.expectExecuted(override, VOTERS);
  expect(await scene.stateOf(override.id)).toBe('paid');
  expect((await scene.card(override.payoutId)).text).toContain('Paid at');
}

async function killedAfterQuorum(override: AskedOverride, killed: Promise<void>): Promise<void> {
  await lastVote(override);
  await killed;
  await expectOnce(override);
}

describe('killed around a call to the platform', () => {
  test.each([
    ['before the provider is asked once more', 'recheck', 'before'],
    ['after the provider was asked once more', 'recheck', 'after'],
    ['between the row that says sent and the call', 'mark_paid', 'before'],
    ['after the call was carried out, before its answer', 'mark_paid', 'after'],
  ] as const)('%s', async (_step, action, phase) => {
    const override = await askAndApproveOnce();
    await killedAfterQuorum(override, killAroundPlatform(action, phase));
  });
});

describe('killed between the quorum and the call, before it stores', () => {
  test.each([
    ['the operation', 'mutabik.operations'],
    ['that it tells whoever asked that it was approved', 'mutabik.override_notices'],
    ['the quorum’s audit row', 'mutabik.audit_log'],
    ['the last vote', 'mutabik.override_votes'],
  ] as const)('%s', async (_what, table) => {
    const override = await askAndApproveOnce();
    const { killed } = await killWaiting(table);
    await lastVote(override);
    await killed;
    expect(await scene.effectsOn(override.id)).toEqual([]);
    await restart();
    const votes = await scene.votesOf(override.overrideId);
    // A vote is there with all that follows from it, or not at all.
    expect(votes).toHaveLength(table === 'mutabik.operations' ? 2 : 1);
    if (votes.length === 1) {
      expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'open' }]);
      await scene.expectThread(override.overrideId, []);
      await scene.approve('manager2', override.overrideId);
    }
    await scene.stage.idle();
    await scene.pass(75);
    await scene.expectExecuted(override, VOTERS);
  });

  test.each([
    ['what the provider said', 'mutabik.provider_answers'],
    ['that it was sent', 'mutabik.operations'],
    ['the calls that it made', 'mutabik.operation_calls'],
  ] as const)('%s', async (_what, table) => {
    const override = await askAndApproveOnce();
    await killedAfterQuorum(override, killBefore(table, 'recheck', 'after'));
  });
});

describe('killed between the call and the settling, before it stores', () => {
  test.each([
    ['that its answer came', 'mutabik.operations'],
    ['the calls that it made', 'mutabik.operation_calls'],
    ['the answer’s audit row', 'mutabik.audit_log'],
    ['what the look after it saw', 'mutabik.payouts'],
    ['that the override was carried out', 'mutabik.overrides'],
    ['that everybody is told so', 'mutabik.override_notices'],
  ] as const)('%s', async (_what, table) => {
    const override = await askAndApproveOnce();
    await killedAfterQuorum(override, killBefore(table, 'mark_paid', 'after'));
  });

  test('the state after', async () => {
    const override = await askAndApproveOnce();
    const killed = new Promise<void>((resolve, reject) => {
      const off = scene.stage.platform.onCall(async (action, phase) => {
        if (action !== 'mark_paid' || phase !== 'after') return;
        off();
        const { superuserUrl } = scene.stage.finance;
        killAt(await lockTable(superuserUrl, 'finance.transactions', 'access exclusive')).then(
          resolve,
          reject,
        );
      });
    });
    await killedAfterQuorum(override, killed);
  });
});

describe('killed around its messages', () => {
  test.each([
    ['before a card is rewritten after the quorum', 'chat.update', 'before', 1],
    ['after a card was rewritten after the quorum', 'chat.update', 'after', 1],
    ['before a later rewriting', 'chat.update', 'before', 3],
    ['after a later rewriting', 'chat.update', 'after', 3],
    ['before it says that it is approved', 'chat.postMessage', 'before', 1],
    ['after it said that it is approved', 'chat.postMessage', 'after', 1],
    ['before it says that it was carried out', 'chat.postMessage', 'before', 2],
    ['after it said that it was carried out', 'chat.postMessage', 'after', 2],
  ] as const)('%s', async (_step, method, phase, count) => {
    const override = await askAndApproveOnce();
    await killedAfterQuorum(override, killAroundSlack(method, phase, count));
  });

  test.each([
    ['before its first message is posted', 'before', 1],
    ['after its first message was posted', 'after', 1],
    ['before its second message is posted', 'before', 2],
    ['after its second message was posted', 'after', 2],
  ] as const)('%s, when it is asked for', async (_step, phase, count) => {
    const view = await scene.openForm('ops1', payout);
    await scene.stage.idle();
    const killed = killAroundSlack('chat.postMessage', phase, count);
    await scene.sendForm('ops1', view.id);
    await killed;
    await restart();
    const [seen] = await scene.overridesOf(payout.id);
    expect(seen).toMatchObject({ state: 'open', version: 1 });
    const override = { ...payout, overrideId: seen!.id };
    expect((await scene.overrideCard(seen!.id)).text).toContain('0 of 2 approved');
    expect((await scene.line(seen!.id)).text).toContain('waits for approval');
    await scene.expectThread(seen!.id, []);
    await scene.approve('manager1', override.overrideId);
    await scene.approve('manager2', override.overrideId);
    await scene.stage.idle();
    await scene.pass(75);
    await scene.expectExecuted(override, VOTERS);
  });
});

describe('killed while it is looked up', () => {
  test.each([
    ['lost_reply', 'before'],
    ['lost_reply', 'after'],
    ['drop', 'before'],
    ['drop', 'after'],
  ] as const)('after %s, %s the look-up', async (kind, phase) => {
    const override = await askAndApproveOnce();
    await scene.plant({ target: 'platform.mark_paid', kind });
    const killed = killAroundPlatform('lookup', phase);
    await lastVote(override);
    await passUntil(killed);
    await expectOnce(override);
  });

  test.each([
    ['lost_reply', 'what it found'],
    ['drop', 'that it found nothing'],
  ] as const)('after %s, before %s is stored', async (kind, _what) => {
    const override = await askAndApproveOnce();
    await scene.plant({ target: 'platform.mark_paid', kind });
    const killed = killBefore('mutabik.operations', 'lookup', 'after');
    await lastVote(override);
    await passUntil(killed);
    await expectOnce(override);
  });

  test('between the row that says sent again and the call', async () => {
    const override = await askAndApproveOnce();
    await scene.plant({ target: 'platform.mark_paid', kind: 'drop' });
    let calls = 0;
    const killed = new Promise<void>((resolve, reject) => {
      const off = scene.stage.platform.onCall(async (action, at) => {
        if (action !== 'mark_paid' || at !== 'before' || (calls += 1) < 2) return;
        off();
        await kill().then(resolve, reject);
      });
    });
    await lastVote(override);
    await passUntil(killed);
    await expectOnce(override);
  });
});

test('killed after the quorum, and the payout is paid elsewhere before it starts again: nothing is sent', async () => {
  const override = await askAndApproveOnce();
  const killed = killAroundPlatform('recheck', 'before');
  await lastVote(override);
  await killed;
  expect(await scene.markPaidElsewhere(override.id)).toBe(202);
  await restart();
  await scene.pass(75);
  expect(await scene.keysByHand(override.id)).toEqual([`elsewhere-${override.id}`]);
  expect(await scene.operations(override.id)).toMatchObject([{ state: 'refused', tries: 0 }]);
  expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'void', version: 1 }]);
  expect((await scene.overrideCard(override.overrideId)).text).toMatch(
    /^♻️ Override void[\s\S]*nothing was sent/,
  );
  await scene.expectThread(override.overrideId, ['approved', 'voided']);
  expect(await scene.auditState()).not.toBe('broken');
});

test('killed after the quorum, and it starts again hours later, when it has expired: nothing is sent', async () => {
  const override = await askAndApproveOnce();
  const killed = killAroundPlatform('recheck', 'before');
  await lastVote(override);
  await killed;
  await scene.stage.clock.moveTo(new Date('2026-01-15T13:00:00+03:00'));
  await restart();
  await scene.pass(75);
  expect(await scene.keysByHand(override.id)).toEqual([]);
  expect(await scene.effectsOn(override.id)).toEqual([]);
  expect(await scene.operations(override.id)).toMatchObject([{ state: 'refused', tries: 0 }]);
  // It was begun, so what is over is the operation, which is not sent so late.
  expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'failed' }]);
  expect((await scene.overrideCard(override.overrideId)).text).toMatch(/^⚠️ Override failed/);
  await scene.expectThread(override.overrideId, ['approved', 'failed']);
  expect(await scene.auditState()).not.toBe('broken');
});

test('killed again and again, at every step', async () => {
  const override = await askAndApproveOnce();
  await scene.plant({ target: 'platform.mark_paid', kind: 'lost_reply' });
  let killed = killAroundPlatform('recheck', 'after');
  await lastVote(override);
  await killed;
  for (const [action, phase] of [
    ['recheck', 'before'],
    ['mark_paid', 'after'],
    ['lookup', 'before'],
    ['lookup', 'after'],
  ] as const) {
    killed = killAroundPlatform(action, phase);
    app = scene.stage.spawnApp();
    await app;
    await passUntil(killed);
  }
  // A task at which five processes in a row died is left alone for ten minutes, and somebody is told.
  await expectOnce(override, 11 * 60);
  const alerts = await messagesIn(scene.stage.workspace, ALERTS);
  expect(alerts.some(({ text }) => text.includes('operation:'))).toBe(true);
});
