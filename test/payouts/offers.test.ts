import { expect, test } from 'vitest';
import { followEscalation } from '../../src/payouts/follow-changes.ts';
import { loadDetail, loadPayout } from '../../src/payouts/load-payout.ts';
import { readPayoutLines } from '../../src/payouts/payouts-of.ts';
import { useGround } from './ground.ts';

const MINUTE_MS = 60_000;
const ground = useGround();
const show = () => ({ policy: ground.policy, platform: ground.platform });
const lineOf = async (transactionId: string) => {
  const key = { tenantId: 'anadolu', transactionId };
  const lines = await readPayoutLines(ground.ours.pool, ground.clock.now(), [key]);
  return [...lines.values()][0];
};

test('a payout whose attempts are proven dead may be retried', async () => {
  await ground.add('t1');
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({
    offersRetry: true,
    reasons: [],
    action: 'retry',
    offerUntil: new Date(ground.clock.now().getTime() + 15 * MINUTE_MS),
  });
});

test.each([
  [{ state: 'processing' }, 'pending', ['attempt_open', 'no_final_failure', 'wrong_state']],
  [{}, 'silent', ['no_final_failure']],
  [{}, 'not_found', ['no_final_failure']],
  [{}, 'succeeded', ['attempt_succeeded']],
  [{ attempts: ['failed', 'failed', 'failed'] }, 'failed', ['attempts_exhausted']],
  [{ attempts: [] }, 'failed', ['no_attempt']],
  [{ provider: 'stopped' }, 'failed', ['provider_stopped']],
  [{ since: 0.5 }, 'failed', ['cooldown']],
  [{ tenant: 'nobody' }, 'failed', ['tenant_unknown']],
] as const)('%o with %s is no offer', async (given, answer, reasons) => {
  await ground.add('t1', {
    ...given,
    attempts: 'attempts' in given ? [...given.attempts] : undefined,
  } as object);
  for (const n of [1, 2, 3]) ground.platform.answers.set(`t1-${n}`, answer);
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ offersRetry: false, reasons, offerUntil: null });
});

test.each(['no_platform', 'not_named', 'no_idempotency', 'no_lookup'] as const)(
  'safe where the platform has %s is no offer',
  async (offer) => {
    await ground.add('t1');
    await ground.check();
    ground.platform.offer = offer;
    await ground.check();
    const payout = await ground.only('t1');
    expect(payout).toMatchObject({ offersRetry: false, reasons: [offer] });
    expect(await ground.press(payout, 'retry')).toMatchObject({ why: 'not_offered', reasons: [offer] });
  },
);

test('answers that grow old end the offer', async () => {
  await ground.add('t1');
  await ground.check();
  ground.platform.paused = new Date(ground.clock.now().getTime() + 3_600_000);
  ground.clock.advance(15 * MINUTE_MS);
  await ground.check();
  expect((await ground.only('t1')).offersRetry).toBe(true);
  ground.clock.advance(1);
  expect(await lineOf('t1')).toMatchObject({ offersRetry: false });
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ offersRetry: false, reasons: ['answer_old'] });
  expect((await ground.cards())[0]?.version).toBe(2);
});

test('the end of a cooldown makes the offer', async () => {
  await ground.add('t1', { since: 0.5 });
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ rule: 'R22', class: 'LOW', action: 'wait' });
  const next = await ground.look('t1');
  expect(next?.getTime()).toBe(ground.clock.now().getTime() + 30_000);
  ground.clock.set(next!);
  await ground.look('t1');
  expect(await ground.only('t1')).toMatchObject({ rule: 'R23', offersRetry: true, cooldownUntil: null });
});

test('a retry is watched until it is paid', async () => {
  await ground.add('t1');
  await ground.check();
  const payout = await ground.only('t1');
  const pressed = await ground.press(payout, 'retry');
  if (!pressed.ok) throw new Error(pressed.why);
  expect(await lineOf('t1')).toMatchObject({ offersRetry: false, operation: { state: 'accepted' } });
  await ground.carryOut(pressed.operationId);
  expect(await ground.only('t1')).toMatchObject({ offersRetry: false, reasons: ['attempt_open'] });
  const minute = ground.clock.now().getTime() + MINUTE_MS;
  expect((await ground.look('t1'))?.getTime()).toBe(minute);
  expect(await ground.only('t1')).toMatchObject({
    id: payout.id,
    paymentState: 'payout_pending',
    offersRetry: false,
    attempts: [{}, { attemptId: 'pa_t1_2', status: 'submitted' }],
  });
  expect(await ground.findings('t1')).toMatchObject([{ state: 'resolved' }]);
  ground.clock.advance(MINUTE_MS);
  await ground.move('t1', 'paid', { n: 2, status: 'succeeded' });
  expect(await ground.look('t1')).toBe(null);
  const model = await loadDetail(ground.ours.pool, payout.id, show());
  expect(model).toMatchObject({
    payout: { state: 'over', overHow: 'paid' },
    tenantName: expect.any(String) as string,
    maxAttempts: 3,
    canRecheck: true,
    standing: { open: null, last: { action: 'retry', state: 'succeeded' }, nextIntentNo: 2 },
    proof: { burns: 0, attempts: [{ attemptId: 't1-1', answer: 'failed' }] },
    finding: null,
    history: [{ action: 'retry' }],
    card: null,
  });
  expect(await lineOf('t1')).toMatchObject({
    payoutId: payout.id,
    intentNo: 2,
    isOpen: false,
    offersRetry: false,
    operation: { action: 'retry', state: 'succeeded', by: 'person:U1' },
  });
});

test('a retry that fails again is another episode', async () => {
  await ground.add('t1');
  await ground.check();
  const pressed = await ground.press(await ground.only('t1'), 'retry');
  if (!pressed.ok) throw new Error(pressed.why);
  await ground.carryOut(pressed.operationId);
  await ground.look('t1');
  ground.clock.advance(2 * MINUTE_MS);
  await ground.move('t1', 'payout_failed', { n: 2, status: 'failed' });
  ground.platform.answers.set('pa_t1_2', 'failed');
  await ground.look('t1');
  expect(await ground.payouts('t1')).toMatchObject([
    { overHow: 'moved' },
    { state: 'open', offersRetry: true },
  ]);
  expect(await ground.findings('t1')).toMatchObject([{ state: 'open', rule: 'R23' }]);
});

test('a payout under way stays told while ours is unknown', async () => {
  await ground.add('t1');
  await ground.check();
  const pressed = await ground.press(await ground.only('t1'), 'retry');
  if (!pressed.ok) throw new Error(pressed.why);
  ground.platform.turns = [
    { executes: true, answers: { as: 'unknown', why: 'connection', exchange: EXCHANGE } },
  ];
  ground.platform.blindLookUps = 9;
  await ground.carryOut(pressed.operationId);
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ paymentState: 'payout_pending', offersRetry: false });
  expect(await loadPayout(ground.ours.pool, (await ground.only('t1')).id, show())).toMatchObject({
    standing: { open: { state: 'unknown' } },
  });
});

test('what an operation comes to is shown and looked at', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  await ground.check();
  const payout = await ground.only('t1');
  await ground.ours.pool.query('delete from tasks');
  const pressed = await ground.press(payout, 'recheck');
  if (!pressed.ok) throw new Error(pressed.why);
  const before = (await ground.cards())[0]!.version;
  await ground.carryOut(pressed.operationId);
  expect((await ground.cards())[0]!.version).toBe(before + 1);
  const { rows } = await ground.ours.pool.query(
    `select due_at from tasks where key = 'look-at-payout:anadolu:t1'`,
  );
  expect(rows).toEqual([{ due_at: ground.clock.now() }]);
  expect(ground.reports).toHaveLength(1);
});

const EXCHANGE = { method: 'POST', path: '/', body: null, status: null, answer: null, durationMs: 1 };

test('a group shows what becomes of its payouts', async () => {
  for (const n of [1, 2, 3, 4, 5, 6]) await ground.add(`t${n}`);
  await ground.check();
  const payout = await ground.only('t3');
  const version = async () => (await ground.cards('payout_group'))[0]!.version;
  const pressed = await ground.press(payout, 'retry');
  if (!pressed.ok) throw new Error(pressed.why);
  const accepted = await version();
  expect(accepted).toBe(2);
  await ground.carryOut(pressed.operationId);
  expect(await version()).toBe(accepted + 2);
  await followEscalation(ground.ours.pool, ground.clock.now(), payout.id);
  expect(await version()).toBe(accepted + 3);
});

test('a press makes no news of its payout', async () => {
  await ground.add('t1', { amount: '5000' });
  await ground.check();
  const before = await ground.only('t1');
  await ground.press(before, 'recheck');
  await ground.check();
  expect(await ground.only('t1')).toEqual(before);
  expect(await ground.findings('t1')).toEqual([{ rule: 'R23', class: 'LOW', state: 'open' }]);
  await ground.ours.pool.query(`update operations set trouble = 'busy', next_at = $1`, [ground.clock.now()]);
  await ground.check();
  expect(await ground.only('t1')).toMatchObject({ class: 'HIGH', reasons: ['operation_open'] });
});
