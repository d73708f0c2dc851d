import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { lockTable } from '../support/blocked.ts';
import { waitFor } from '../support/wait-for.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import { pressSigned } from './retry-stage.ts';

/** As many as still have a message each. */
const AT_ONCE = 5;
/** Said before the answer itself, which still comes. */
const LATE = /takes longer than usual|her zamankinden uzun/;
/** On a machine that does much else a role or the money may take longer than a click has; nothing is counted then. */
const SLOW =
  /check your role now|Rolünüzü şu anda doğrulayamıyorum|can't be read|şu anda (yeterince güncel )?okunamıyor/;
const COUNTS = /Your approval counts|Onayınız sayıldı/;
const VOTED = /You approved it|onayladınız/;
const DECIDED = /settled this|was settled|sonuçlandı/;

let scene: OverrideStage;
let replicas: [AppChild, AppChild];

beforeEach(async () => {
  scene = await openOverrideStage();
  const { stage } = scene;
  replicas = await Promise.all([stage.spawnApp({ alone: false }), stage.spawnApp({ alone: false })]);
}, 120_000);

afterEach(async () => {
  await scene.stage.close();
});

/** Makes whoever needs this table wait for it; then lets two who do go on in one moment. */
async function holdTwo(table: string): Promise<() => Promise<void>> {
  const barrier = await lockTable(scene.stage.ours.superuserUrl, table);
  return async () => {
    // On a busy machine one of them may come to nothing before it gets there.
    await barrier.reached(2).catch(() => undefined);
    await barrier.lift();
  };
}

interface Vote {
  user: string;
  override: AskedOverride;
  /** Which of the processes. */
  at: 0 | 1;
}

const vote = ({ user, override: { overrideId }, at }: Vote): Promise<number> =>
  scene.decideAt(replicas[at].port, user, { overrideId });

async function said(): Promise<string[]> {
  const { ephemerals } = await scene.people.state();
  return ephemerals.map(({ text }) => text).filter((text) => !LATE.test(text));
}

/** All of it in one moment; gives what was answered to each, once everybody was. */
async function atOnce(presses: (() => Promise<number>)[]): Promise<string[]> {
  const before = (await said()).length;
  const statuses = await Promise.all(presses.map((press) => press()));
  expect(statuses).toEqual(presses.map(() => 200));
  return await waitFor(`${presses.length} answers`, async () => {
    const texts = (await said()).slice(before);
    return texts.length >= presses.length ? texts : undefined;
  });
}

/** Whom the machine was too slow for presses again, as a person would. */
async function untilVoted(override: AskedOverride, users: string[]): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const votes = await scene.votesOf(override.overrideId);
    const missing = users.filter((user) => !votes.some(({ by }) => by === user));
    if (missing.length === 0) return;
    for (const user of missing) await atOnce([() => vote({ user, override, at: 0 })]);
  }
}

async function askAll(): Promise<AskedOverride[]> {
  const asked: AskedOverride[] = [];
  for (const payout of await scene.fail(AT_ONCE)) asked.push(await scene.ask('ops1', payout));
  return asked;
}

test('two managers who approve in one moment at two processes are two votes and one execution', async () => {
  let inOneGo = 0;
  let rounds = 0;
  for (let batch = 0; batch < 3; batch += 1) {
    const asked = await askAll();
    for (const override of asked) {
      rounds += 1;
      // In every other round both stand at the same row before either goes on.
      const together = rounds % 2 === 0 ? await holdTwo('mutabik.overrides') : null;
      const votes = [
        () => vote({ user: 'manager1', override, at: 0 }),
        () => vote({ user: 'manager2', override, at: 1 }),
      ];
      const [texts] = await Promise.all([atOnce(rounds % 4 < 2 ? votes : votes.toReversed()), together?.()]);
      expect(texts.filter((text) => !COUNTS.test(text) && !SLOW.test(text))).toEqual([]);
      if (texts.every((text) => COUNTS.test(text))) inOneGo += 1;
      await untilVoted(override, ['manager1', 'manager2']);
      await scene.stage.idle();
    }
    await scene.pass(180);
    for (const override of asked) await scene.expectExecuted(override, { votes: ['manager1', 'manager2'] });
  }
  expect(inOneGo).toBeGreaterThan(rounds * 0.6);
  expect(await scene.stage.platform.effects()).toHaveLength(rounds);
}, 400_000);

test('where four approve in one moment, two count and the others hear that it is settled', async () => {
  const asked = await askAll();
  const users = ['manager1', 'lead1', 'manager2', 'lead2'];
  for (const override of asked) {
    const presses = users.map((user, no) => () => vote({ user, override, at: (no % 2) as 0 | 1 }));
    const texts = await atOnce(presses);
    expect(texts.filter((text) => !COUNTS.test(text) && !DECIDED.test(text) && !SLOW.test(text))).toEqual([]);
    expect(texts.filter((text) => COUNTS.test(text)).length).toBeLessThanOrEqual(2);
    if ((await scene.votesOf(override.overrideId)).length < 2)
      await untilVoted(override, ['manager1', 'lead2']);
  }
  await scene.stage.idle();
  await scene.pass(180);
  for (const override of asked) {
    const votes = await scene.votesOf(override.overrideId);
    expect(votes).toHaveLength(2);
    await scene.expectExecuted(override, { votes: votes.map(({ by }) => by) });
  }
});

test('one manager who clicks twenty times at two processes has one vote', async () => {
  const [payout] = await scene.fail();
  const override = await scene.ask('ops1', payout!);
  const texts = await atOnce(
    Array.from({ length: 20 }, (_, no) => () => vote({ user: 'manager2', override, at: (no % 2) as 0 | 1 })),
  );
  expect(texts.filter((text) => COUNTS.test(text)).length).toBeLessThanOrEqual(1);
  expect(texts.filter((text) => !COUNTS.test(text) && !VOTED.test(text) && !SLOW.test(text))).toEqual([]);
  expect(texts.filter((text) => VOTED.test(text) || COUNTS.test(text)).length).toBeGreaterThan(2);
  await scene.stage.idle();
  await scene.pass(60);
  expect(await scene.votesOf(override.overrideId)).toEqual([
    { version: 1, by: 'manager2', vote: 'approve', role: 'managers' },
  ]);
  expect(await scene.overridesOf(override.id)).toMatchObject([{ state: 'open', operation: null }]);
  expect(await scene.effectsOn(override.id)).toEqual([]);
  expect((await scene.overrideCard(override.overrideId)).text).toContain('1 of 2 approved');
  expect(await scene.auditedOf(override.overrideId, 'override.approved_by')).toBe(1);
  await untilVoted(override, ['lead1']);
  await scene.stage.idle();
  await scene.pass(180);
  await scene.expectExecuted(override, { votes: ['manager2', 'lead1'] });
});

/** A retry by somebody else, on the button that their screen still shows. */
async function retry({ payoutId }: AskedOverride, port: number): Promise<() => Promise<number>> {
  const card = await scene.card(payoutId);
  const userId = await scene.people.idOf('ops2');
  return () =>
    pressSigned(scene.stage, port, { userId, card, actionId: 'payouts.retry', value: `${payoutId}:1` });
}

test('a retry and the last approval in one moment are one operation', async () => {
  const asked = await askAll();
  for (const override of asked) await untilVoted(override, ['manager1']);
  for (const [no, override] of asked.entries()) {
    // In every other round both are about to store their operation before either may.
    const together = no % 2 === 1 ? await holdTwo('mutabik.operations') : null;
    const approve = () => vote({ user: 'manager2', override, at: 1 });
    const again = await retry(override, replicas[0].port);
    const presses = no % 2 === 0 ? [approve, again] : [again, approve];
    await Promise.all([...presses.map((press) => press()), together?.()]);
    await scene.stage.idle();
  }
  await scene.pass(180);
  for (const override of asked) expect(['mark_paid', 'retry']).toContain(await expectOneOf(override));
}, 400_000);

/**
 * One of them was done. Where the override's operation was stored just after the retry had settled, it is there too, but
 * was never sent: what it was approved for is not there any more.
 */
async function expectOneOf(override: AskedOverride): Promise<string> {
  const operations = await scene.operations(override.id);
  const effects = await scene.effectsOn(override.id);
  const sent = operations.filter(({ tries }) => tries > 0);
  expect(effects).toHaveLength(1);
  expect(sent).toMatchObject([{ state: 'succeeded', action: effects[0] }]);
  expect(await scene.auditState()).not.toBe('broken');
  if (effects[0] === 'mark_paid') {
    await scene.expectExecuted(override, { votes: ['manager1', 'manager2'] });
    expect(await scene.keysOf(override.id)).toEqual([]);
    return 'mark_paid';
  }
  expect(effects).toEqual(['retry']);
  expect(await scene.keysByHand(override.id)).toEqual([]);
  const unsent = operations.filter(({ tries }) => tries === 0);
  expect(unsent.length).toBeLessThanOrEqual(1);
  for (const each of unsent)
    expect(each).toMatchObject({
      state: 'refused',
      action: 'mark_paid',
      refusal: { by: 'us', means: 'changed' },
    });
  const [seen] = await scene.overridesOf(override.id);
  const { text } = await scene.overrideCard(override.overrideId);
  expect(await scene.auditedOf(override.overrideId, 'override.executing')).toBe(unsent.length);
  // Either it was seen that something is under way, or the machine was too slow for the vote and it still waits.
  expect(unsent.length > 0 ? ['void'] : ['void', 'open']).toContain(seen!.state);
  const isVoid = seen!.state === 'void';
  expect(text).toMatch(isVoid ? /void: it is not what was asked for any more/ : /waits for approval/);
  const told = await scene.noticesOf(override.overrideId);
  expect(told.filter((kind) => kind === 'voided')).toHaveLength(isVoid ? 1 : 0);
  await scene.expectThread(override.overrideId, told);
  return 'retry';
}

test('taking back and the last approval in one moment are one of both', async () => {
  const asked = await askAll();
  const ends = new Set<string>();
  for (const override of asked) await untilVoted(override, ['manager1']);
  for (const [no, override] of asked.entries()) {
    const together = await holdTwo('mutabik.overrides');
    const { overrideId } = override;
    const presses = [
      () => vote({ user: 'manager2', override, at: 0 }),
      () => scene.decideAt(replicas[1].port, 'ops1', { overrideId, verb: 'cancel' }),
    ];
    await Promise.all([
      ...(no % 2 === 0 ? presses : presses.toReversed()).map((press) => press()),
      together(),
    ]);
    await scene.stage.idle();
  }
  await scene.pass(180);
  for (const override of asked) {
    const [seen] = await scene.overridesOf(override.id);
    ends.add(seen!.state);
    expect(['canceled', 'executed']).toContain(seen!.state);
    const isDone = seen!.state === 'executed';
    expect(await scene.effectsOn(override.id)).toEqual(isDone ? ['mark_paid'] : []);
    expect(await scene.operations(override.id)).toHaveLength(isDone ? 1 : 0);
    const { text } = await scene.overrideCard(override.overrideId);
    expect(text).toContain(isDone ? 'Override carried out' : 'Override canceled');
  }
  expect(ends.size).toBeGreaterThan(0);
  expect(await scene.auditState()).not.toBe('broken');
});

test('two who ask for the same in one moment ask once', async () => {
  const [payout] = await scene.fail();
  const forms = await Promise.all(['ops1', 'ops2'].map((user) => scene.openForm(user, payout!)));
  await Promise.all([scene.sendForm('ops1', forms[0]!.id), scene.sendForm('ops2', forms[1]!.id)]);
  await scene.stage.idle();
  const overrides = await scene.overridesOf(payout!.id);
  expect(overrides).toMatchObject([{ state: 'open', version: 1 }]);
  await scene.overrideCard(overrides[0]!.id);
  await scene.line(overrides[0]!.id);
  const tops = await Promise.all(['ops1', 'ops2'].map((user) => scene.people.top(user)));
  expect(tops.filter((view) => view !== undefined)).toHaveLength(1);
  expect(JSON.stringify(tops)).toMatch(/One is open already about the same|Aynı konuda açık bir istek var/);
});
