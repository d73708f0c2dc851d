import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { lockTable, type Barrier } from '../support/blocked.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import type { FailedPayout } from './retry-stage.ts';

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
