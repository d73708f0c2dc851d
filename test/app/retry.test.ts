import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextSlotAt } from '../../src/jobs/pending.ts';
import type { RunningApp } from '../../src/main.ts';
import { offeredOn, openRetryStage, pressSigned, valueOn, type RetryStage } from './retry-stage.ts';

let scene: RetryStage;
let app: RunningApp;

beforeAll(async () => {
  // The platform's own minute is what refuses.
  scene = await openRetryStage({
    // Of somebody who is nobody here.
    meantRefusals: ['user_not_found', 'user_not_in_channel'],
    policy: (text) => text.replace('cooldown_seconds: 60', 'cooldown_seconds: 1'),
  });
  app = await scene.stage.startApp();
}, 120_000);

afterAll(async () => {
  await app.stop();
  await scene.stage.close();
});

const STRUCK = /~[^~]*Payout failed[^~]*~/;

describe('a failed payout', () => {
  let payout: Awaited<ReturnType<RetryStage['fail']>>[number];
  let old: { value: string; card: Awaited<ReturnType<RetryStage['card']>> };

  test('has one message with Retry, which names what it moves', async () => {
    [payout] = (await scene.fail()) as [typeof payout];
    const card = await scene.card(payout.payoutId);
    expect(card.text).toContain('A retry is safe');
    expect(offeredOn(card)).toEqual(['payouts.retry', 'payouts.recheck', 'payouts.more']);
    expect(JSON.stringify(card.blocks)).toMatch(/₺125\.50 to account ••\w{4} through kuzey-pay/);
    old = { value: valueOn(card, 'payouts.retry'), card };
  });

  test('is sent once, and says how far it has come', async () => {
    expect(await scene.press('ops2', 'retry', payout.payoutId)).toMatchObject({ status: 200 });
    await scene.stage.idle();
    const card = await scene.card(payout.payoutId);
    const me = await scene.people.idOf('ops2');
    expect(card.text).toContain(`Retry by <@${me}>`);
    expect(card.text).toMatch(/accepted → sent at .* → done at .*: the platform made a new attempt/);
    expect(card.text).toContain('● payout pending → ○ payout submitted → ○ processing → ○ paid');
    expect(card.text).toContain('Sent on this proof: attempt 1: failed for good');
    expect(offeredOn(card)).not.toContain('payouts.retry');
    expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
    expect(await scene.operations(payout.id)).toMatchObject([
      { state: 'succeeded', action: 'retry', intent: 1, tries: 1 },
    ]);
    const [proof] = (await scene.audited('operation.sent')).map(({ data }) => data['proof']);
    expect(proof).toMatchObject({ attempts: [{ answer: 'failed' }], burns: 0, state: 'payout_failed' });
  });

  test('pressed again on the old button does nothing, and says who did', async () => {
    const press = {
      userId: await scene.people.idOf('lead2'),
      ...old,
      actionId: 'payouts.retry',
    };
    expect(await pressSigned(scene.stage, app.port, press)).toBe(200);
    const told = await scene.people.toldWith('lead2', 'This button is an old one');
    expect(told.text).toContain(`<@${await scene.people.idOf('ops2')}> asked for Retry`);
    await scene.stage.idle();
    expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
    expect(await scene.operations(payout.id)).toHaveLength(1);
  });

  test('is on its way, then paid and struck through', async () => {
    await scene.pass(61);
    expect((await scene.card(payout.payoutId)).text).toContain('✓ payout submitted → ● processing');
    await scene.pass(61);
    const card = await scene.card(payout.payoutId);
    expect(await scene.stateOf(payout.id)).toBe('paid');
    expect(card.text).toMatch(/Paid at 15 Jan 2026/);
    expect(JSON.stringify(card.blocks)).toMatch(STRUCK);
    expect(offeredOn(card)).toEqual([]);
  });
});

/** Made so shortly before a check that the platform's minute is not over after it. */
async function failJustBeforeTheCheck() {
  const { rows } = await scene.stage.ours.pool.query<{ name: string }>(
    `select name from schedules where name <> 'payouts.check'`,
  );
  const check = await nextSlotAt(
    scene.stage.ours.pool,
    rows.map(({ name }) => name),
  );
  await scene.stage.advanceTo(new Date(check!.getTime() - 10_000).toISOString());
  const made = await scene.make({ age: '0s', provider: 'atlas-bank' });
  await scene.pass(15);
  return { ...made, payoutId: (await scene.episodeOf(made.id))! };
}

test('refused by the platform it can be pressed again later', async () => {
  const payout = await failJustBeforeTheCheck();
  await scene.press('ops2', 'retry', payout.payoutId);
  await scene.stage.idle();
  const refused = await scene.card(payout.payoutId);
  expect(refused.text).toMatch(/refused by the platform at .*waiting time .*cooldown_running/);
  expect(await scene.effectsOn(payout.id)).toEqual([]);
  await scene.pass(90);
  expect(valueOn(await scene.card(payout.payoutId), 'payouts.retry')).toBe(`${payout.payoutId}:2`);
  await scene.press('ops2', 'retry', payout.payoutId);
  await scene.stage.idle();
  expect(await scene.operations(payout.id)).toMatchObject([
    { state: 'refused', intent: 1, refusal: { by: 'platform', means: 'cooldown' } },
    { state: 'succeeded', intent: 2 },
  ]);
  expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  expect(new Set(await scene.keysOf(payout.id)).size).toBe(2);
});

describe('a payout that stands as failed on its message', () => {
  const failed = async () => (await scene.fail(1, { provider: 'mavi-wire' }))[0]!;

  async function expectRefusedUnsent(payout: { id: string; payoutId: string }, why: RegExp): Promise<void> {
    expect(offeredOn(await scene.card(payout.payoutId))).toContain('payouts.retry');
    await scene.press('ops2', 'retry', payout.payoutId);
    await scene.stage.idle();
    expect(await scene.operations(payout.id)).toMatchObject([
      { state: 'refused', tries: 0, refusal: { by: 'us', means: 'not_safe' } },
    ]);
    expect(await scene.keysOf(payout.id)).toEqual([]);
    expect((await scene.card(payout.payoutId)).text).toMatch(why);
  }

  test('and was paid by hand meanwhile ends refused, unsent', async () => {
    const payout = await failed();
    expect(await scene.markPaidElsewhere(payout.id)).toBe(202);
    await expectRefusedUnsent(payout, /Paid at .*\n[\s\S]*not sent, decided at .*: it was not safe any more/);
    expect(await scene.effectsOn(payout.id)).toEqual(['mark_paid']);
  });

  test('and whose provider succeeded late ends refused, unsent', async () => {
    const payout = await failed();
    await scene.tell({ attempt: payout.attempt, answer: 'succeed' });
    await expectRefusedUnsent(
      payout,
      /not sent, decided at .*: it was not safe any more: an attempt succeeded/,
    );
    expect(await scene.effectsOn(payout.id)).toEqual([]);
    expect(offeredOn(await scene.card(payout.payoutId))).not.toContain('payouts.retry');
  });
});

describe('a provider that says nothing', () => {
  test.each([
    ['fail', 'failed for good', ['payouts.retry']],
    ['succeed', 'Paid at', []],
  ])('is asked, unknown, and known by itself: %s', async (answer, words, button) => {
    const made = await scene.make({ state: 'processing', age: '40m' });
    await scene.tell({ attempt: made.attempt, answer: 'silent' });
    await scene.pass(310);
    const payoutId = (await scene.episodeOf(made.id))!;
    expect(offeredOn(await scene.card(payoutId))).not.toContain('payouts.retry');
    await scene.press('engineer1', 'recheck', payoutId);
    await scene.stage.idle();
    const unknown = await scene.card(payoutId);
    expect(unknown.text).toContain('Unknown: the provider has not answered');
    expect(unknown.text).toContain('the provider was asked about 1 attempt');
    expect(await scene.operations(made.id)).toMatchObject([{ action: 'recheck', state: 'succeeded' }]);
    await scene.tell({ attempt: made.attempt, answer });
    await scene.pass(130);
    const known = await scene.card(payoutId);
    expect(known.text).toContain(words);
    expect(offeredOn(known).filter((id) => id === 'payouts.retry')).toEqual(button);
    expect(await scene.operations(made.id)).toHaveLength(1);
    expect(await scene.effectsOn(made.id)).toEqual([]);
  });
});

describe('Retry of a payout', () => {
  let payout: Awaited<ReturnType<RetryStage['fail']>>[number];
  beforeAll(async () => {
    [payout] = (await scene.fail(1, { provider: 'atlas-bank', amount: '77.00' })) as [typeof payout];
  });

  const press = async (user: string, value: string, teamId?: string) =>
    await pressSigned(scene.stage, app.port, {
      userId: user.startsWith('U') ? user : await scene.people.idOf(user),
      card: await scene.card(payout.payoutId),
      actionId: 'payouts.retry',
      value,
      ...(teamId === undefined ? {} : { teamId }),
    });
  const refusalsOf = async (userId: string) =>
    (await scene.audited('access.refused')).filter(({ actor }) => actor === `person:${userId}`);

  async function expectNothingDone(): Promise<void> {
    await scene.stage.idle();
    expect(await scene.operations(payout.id)).toEqual([]);
    expect(await scene.keysOf(payout.id)).toEqual([]);
    expect(await scene.effectsOn(payout.id)).toEqual([]);
  }

  test.each([
    ['guest1', 'guest', 'Guests'],
    ['stranger1', 'no_role', 'none of the roles'],
    ['engineer1', 'wrong_role', 'izin'],
    ['security2', 'wrong_role', "Your roles don't allow this"],
  ])('is refused to %s, and audited', async (user, why, words) => {
    expect(await scene.press(user, 'retry', payout.payoutId)).toMatchObject({ status: 200 });
    await scene.people.toldWith(user, words);
    await expectNothingDone();
    expect(await refusalsOf(await scene.people.idOf(user))).toMatchObject([
      { data: { why, action: 'payouts.retry' } },
    ]);
  });

  test.each([
    ['of nobody we know', 'U0NOBODY', undefined],
    ['of another workspace', 'U00000OPS2', 'T0ELSEWHERE'],
  ])('is refused to somebody %s', async (_who, userId, teamId) => {
    const before = (await refusalsOf(userId)).length;
    expect(await press(userId, `${payout.payoutId}:1`, teamId)).toBe(200);
    await expectNothingDone();
    const rows = await refusalsOf(userId);
    expect(rows.length).toBe(before + 1);
    expect(rows.at(-1)).toMatchObject({ data: { why: 'stranger' } });
  });

  test.each([
    ['garbage', 'x'],
    ['another id', '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77:1'],
    ['an intent to come', 'own:99'],
    ['a number too large', 'own:2147483648'],
    ['no number', 'own:'],
    ['SQL', "own:1'; drop table operations; --"],
  ])('does nothing with a forged value, and notes it: %s', async (_what, given) => {
    const value = given.replace('own', payout.payoutId);
    const userId = await scene.people.idOf('ops2');
    const before = (await refusalsOf(userId)).length;
    expect(await press('ops2', value)).toBe(200);
    await scene.people.toldWith('ops2', 'There is no such payout here');
    await expectNothingDone();
    const rows = await refusalsOf(userId);
    expect(rows.length).toBe(before + 1);
    expect(rows.at(-1)).toMatchObject({ data: { why: 'forged', action: 'payouts.retry' } });
  });

  test('is granted to a manager all the same, once', async () => {
    await press('manager2', `${payout.payoutId}:1`);
    await scene.stage.idle();
    expect(await scene.effectsOn(payout.id)).toEqual(['retry']);
  });
});

test('the audit log is whole after all that', async () => {
  expect(await scene.auditState()).not.toBe('broken');
});
