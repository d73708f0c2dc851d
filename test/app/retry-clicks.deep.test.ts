import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { waitFor } from '../support/wait-for.ts';
import { openRetryStage, pressSigned, type FailedPayout, type RetryStage } from './retry-stage.ts';

const PEOPLE = ['ops1', 'ops2', 'manager1', 'manager2', 'lead1', 'lead2'];
/** What people hear who were not first, in the languages of those above. */
const CALM =
  /was first:|It is under way, and it is done once|This button is an old one|sizden önce davrandı|isteğini|Bu düğme eski/;
/** On a machine that does much else a role may take longer than a click has; nothing is done then either. */
const SLOW = /check your role now|Rolünüzü şu anda doğrulayamıyorum/;
/** Said before the answer itself, which still comes. */
const LATE = /takes longer than usual|her zamankinden uzun/;

let scene: RetryStage;
let replicas: AppChild[];

beforeEach(async () => {
  scene = await openRetryStage();
  replicas = await Promise.all([
    scene.stage.spawnApp({ alone: false }),
    scene.stage.spawnApp({ alone: false }),
  ]);
});

afterEach(async () => {
  await scene.stage.close();
});

/** That many people at once, turn by turn at both processes; gives each status. */
async function pressAll(payouts: readonly FailedPayout[], count: number): Promise<number[]> {
  const ids = await Promise.all(PEOPLE.map((name) => scene.people.idOf(name)));
  const cards = await Promise.all(payouts.map(({ payoutId }) => scene.card(payoutId)));
  const presses = Array.from({ length: count }, async (_, no) => {
    const which = no % payouts.length;
    return await pressSigned(scene.stage, replicas[Math.floor(no / payouts.length) % 2]!.port, {
      userId: ids[no % ids.length]!,
      card: cards[which]!,
      actionId: 'payouts.retry',
      value: `${payouts[which]!.payoutId}:1`,
    });
  });
  return await Promise.all(presses);
}

async function expectOnce({ id, payoutId }: FailedPayout): Promise<void> {
  expect(await scene.effectsOn(id)).toEqual(['retry']);
  expect((await scene.keysOf(id)).length).toBe(1);
  expect(await scene.operations(id)).toMatchObject([{ state: 'succeeded', intent: 1, tries: 1 }]);
  expect(await scene.attemptsOf(id)).toHaveLength(2);
  const card = await scene.card(payoutId);
  expect(card.text).toContain('the platform made a new attempt');
}

/** What was said to people alone, once nobody waits for an answer any more; each of it calm. */
async function expectCalmAnswers(count: number): Promise<void> {
  const said = await waitFor(`${count} answers`, async () => {
    const { ephemerals } = await scene.people.state();
    const texts = ephemerals.map(({ text }) => text).filter((text) => !LATE.test(text));
    return texts.length >= count ? texts : undefined;
  });
  expect(said).toHaveLength(count);
  expect(said.filter((text) => !CALM.test(text) && !SLOW.test(text))).toEqual([]);
  expect(said.filter((text) => CALM.test(text)).length).toBeGreaterThan(count * 0.8);
}

test('100 clicks at two processes are one retry', async () => {
  const [payout] = (await scene.fail()) as [FailedPayout];
  const statuses = await pressAll([payout], 100);
  expect(statuses).toEqual(Array.from({ length: 100 }, () => 200));
  await expectCalmAnswers(99);
  await scene.stage.idle();
  await expectOnce(payout);
  expect(await scene.audited('operation.accepted')).toHaveLength(1);
  expect(await scene.auditState()).not.toBe('broken');
  await scene.pass(150);
  expect(await scene.stateOf(payout.id)).toBe('paid');
  expect((await scene.card(payout.payoutId)).text).toContain('Paid at');
});

test('clicks on two payouts are one retry each', async () => {
  const payouts = await scene.fail(2);
  const statuses = await pressAll(payouts, 60);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  await expectCalmAnswers(58);
  await scene.stage.idle();
  for (const payout of payouts) await expectOnce(payout);
  expect(await scene.audited('operation.accepted')).toHaveLength(2);
  expect(await scene.auditState()).not.toBe('broken');
});

test('Retry and Recheck in one moment are one operation', async () => {
  const [payout] = (await scene.fail()) as [FailedPayout];
  const card = await scene.card(payout.payoutId);
  const ids = await Promise.all(PEOPLE.map((name) => scene.people.idOf(name)));
  const presses = Array.from({ length: 20 }, (_, no) =>
    pressSigned(scene.stage, replicas[no % 2]!.port, {
      userId: ids[no % ids.length]!,
      card,
      actionId: no % 4 < 2 ? 'payouts.retry' : 'payouts.recheck',
      value: `${payout.payoutId}:1`,
    }),
  );
  expect(new Set(await Promise.all(presses))).toEqual(new Set([200]));
  await expectCalmAnswers(19);
  await scene.stage.idle();
  const operations = await scene.operations(payout.id);
  expect(operations).toMatchObject([{ intent: 1, state: 'succeeded' }]);
  expect(await scene.effectsOn(payout.id)).toEqual(operations[0]!.action === 'retry' ? ['retry'] : []);
  expect(await scene.auditState()).not.toBe('broken');
});
