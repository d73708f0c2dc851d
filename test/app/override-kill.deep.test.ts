import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { lockTable } from '../support/blocked.ts';
import { messagesIn } from '../support/channel.ts';
import { killerOf, type Killer } from '../support/kill.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import { ALERTS, type FailedPayout } from './retry-stage.ts';

let scene: OverrideStage;
/** The process that is being killed; one that starts may be at work before it says that it is ready. */
let app: Promise<AppChild>;
let payout: FailedPayout;
let killer: Killer;

beforeEach(async () => {
  scene = await openOverrideStage();
  killer = killerOf(scene.stage, () => app);
  app = scene.stage.spawnApp();
  await app;
  [payout] = (await scene.fail()) as [FailedPayout];
}, 120_000);

afterEach(async () => {
  await scene.stage.close();
});

/** Kills it where it waits for a table that is locked from now on. */
async function killWaiting(table: string): Promise<{ killed: Promise<void> }> {
  return { killed: killer.at(await lockTable(scene.stage.ours.superuserUrl, table)) };
}

/** Kills it where it waits for a table that was locked when the platform was called. */
function killBefore(table: string, action: string, at: 'before' | 'after'): Promise<void> {
  return killer.before({ table, superuserUrl: scene.stage.ours.superuserUrl }, action, at);
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
    await killedAfterQuorum(override, killer.aroundPlatform(action, phase));
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
});

describe('killed between the call and the settling, before it stores', () => {
  test.each([
    ['that its answer came', 'mutabik.operations'],
    ['the answer’s audit row', 'mutabik.audit_log'],
    ['that the override was carried out', 'mutabik.overrides'],
    ['that everybody is told so', 'mutabik.override_notices'],
  ] as const)('%s', async (_what, table) => {
    const override = await askAndApproveOnce();
    await killedAfterQuorum(override, killBefore(table, 'mark_paid', 'after'));
  });
});

describe('killed around its messages', () => {
  test.each([
    ['before a card is rewritten after the quorum', 'chat.update', 'before', 1],
    ['after it said that it is approved', 'chat.postMessage', 'after', 1],
    ['before it says that it was carried out', 'chat.postMessage', 'before', 2],
    ['after it said that it was carried out', 'chat.postMessage', 'after', 2],
  ] as const)('%s', async (_step, method, phase, count) => {
    const override = await askAndApproveOnce();
    // What is still to be told of the first vote is not what this is about.
    await scene.stage.idle();
    await scene.pass(3);
    await killedAfterQuorum(override, killer.aroundSlack(method, phase, count));
  });
});

describe('killed while it is looked up', () => {
  test.each([
    ['lost_reply', 'before'],
    ['lost_reply', 'after'],
    ['drop', 'after'],
  ] as const)('after %s, %s the look-up', async (kind, phase) => {
    const override = await askAndApproveOnce();
    await scene.plant({ target: 'platform.mark_paid', kind });
    const killed = killer.aroundPlatform('lookup', phase);
    await lastVote(override);
    await passUntil(killed);
    await expectOnce(override);
  });
});

test('killed after the quorum, and the payout is paid elsewhere before it starts again: nothing is sent', async () => {
  const override = await askAndApproveOnce();
  const killed = killer.aroundPlatform('recheck', 'before');
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
  const killed = killer.aroundPlatform('recheck', 'before');
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
  let killed = killer.aroundPlatform('recheck', 'after');
  await lastVote(override);
  await killed;
  for (const [action, phase] of [
    ['recheck', 'before'],
    ['mark_paid', 'after'],
    ['lookup', 'before'],
    ['lookup', 'after'],
  ] as const) {
    killed = killer.aroundPlatform(action, phase);
    app = scene.stage.spawnApp();
    await app;
    await passUntil(killed);
  }
  // A task at which five processes in a row died is left alone for ten minutes, and somebody is told.
  await expectOnce(override, 11 * 60);
  const alerts = await messagesIn(scene.stage.workspace, ALERTS);
  expect(alerts.some(({ text }) => text.includes('operation:'))).toBe(true);
});
