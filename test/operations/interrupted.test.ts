import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { useGround } from './ground.ts';
import { TURNS } from './scripted-platform.ts';

const ground = useGround();

const fault = (code: 'finance_unavailable' | 'finance_contract') =>
  new AppError(code, 'out of reach', { retryable: true });
const faults = (count: number) => Array.from({ length: count }, () => fault('finance_unavailable'));

describe('while the money cannot be read', () => {
  test('a retry waits, and is sent when it can', async () => {
    ground.financeFaults = faults(3);
    const id = await ground.press();
    await ground.runOnce(id);
    expect(await ground.read(id)).toMatchObject({
      state: 'accepted',
      trouble: 'finance_unavailable',
      waits: 1,
    });
    expect(await ground.drive(id)).toMatchObject({ state: 'succeeded', tries: 1 });
  });

  test.each(['retry', 'recheck'] as const)('a %s is given up after a while', async (action) => {
    ground.financeFaults = faults(50);
    expect(await ground.drive(await ground.press(action))).toMatchObject({
      state: 'refused',
      waits: 6,
      refusal: { by: 'us', means: 'checks_failed' },
    });
    expect(ground.platform.sends).toEqual([]);
  });

  test('a view that is missing is waited for too', async () => {
    ground.financeFaults = [fault('finance_contract')];
    expect(await ground.drive(await ground.press())).toMatchObject({ state: 'succeeded' });
  });

  test('what is unknown stays unknown', async () => {
    ground.platform.turns = [TURNS.dropped];
    const id = await ground.press();
    await ground.runOnce(id);
    ground.financeFaults = faults(1_000);
    expect(await ground.drive(id, 600_000)).toMatchObject({ state: 'unknown', tries: 1 });
    ground.financeFaults = [];
    expect(await ground.drive(id)).toMatchObject({ state: 'succeeded', tries: 2 });
  });
});

describe('a platform that is not called', () => {
  test('for its pause keeps a retry waiting', async () => {
    ground.platform.paused = new Date(ground.clock.now().getTime() + 45_000);
    const id = await ground.press();
    const { at } = await ground.runOnce(id);
    expect(at).toEqual(ground.platform.paused);
    expect(await ground.read(id)).toMatchObject({ state: 'accepted', trouble: 'paused' });
    expect(await ground.drive(id)).toMatchObject({ state: 'succeeded' });
  });

  test('is no answer to a recheck', async () => {
    ground.platform.whileAsked = () => {
      ground.platform.whileAsked = null;
      ground.platform.paused = new Date(ground.clock.now().getTime() + 45_000);
    };
    const id = await ground.press('recheck');
    await ground.runOnce(id);
    expect(await ground.read(id)).toMatchObject({ state: 'accepted', trouble: 'paused' });
    expect(await ground.drive(id)).toMatchObject({
      state: 'succeeded',
      result: { answers: [{ attemptId: ground.failedAttempt, answer: 'failed' }] },
    });
  });

  test.each(['not_named', 'no_idempotency', 'no_lookup', 'no_platform'] as const)(
    'since it offers no retry any more (%s) refuses it',
    async (offer) => {
      const id = await ground.press();
      ground.platform.offer = offer;
      expect(await ground.drive(id)).toMatchObject({
        state: 'refused',
        tries: 0,
        refusal: { by: 'us', means: 'not_safe', reasons: [offer] },
      });
    },
  );

  test('about a payout that is asked about nowhere is said', async () => {
    ground.platform.offer = 'no_platform';
    expect(await ground.drive(await ground.press('recheck'))).toMatchObject({
      state: 'refused',
      refusal: { means: 'checks_failed' },
    });
  });
});

describe('a process that stops', () => {
  test('while it asks decides nothing', async () => {
    const id = await ground.press();
    ground.platform.whileAsked = () => ground.stopping.abort();
    await expect(ground.runOnce(id)).rejects.toThrow();
    expect(await ground.read(id)).toMatchObject({ state: 'accepted', tries: 0 });
    ground.platform.whileAsked = null;
    ground.stopping = new AbortController();
    expect(await ground.drive(id)).toMatchObject({ state: 'succeeded', tries: 1 });
  });

  test('leaves a recheck to the next', async () => {
    const id = await ground.press('recheck');
    ground.platform.whileAsked = () => ground.stopping.abort();
    await expect(ground.runOnce(id)).rejects.toThrow();
    expect(await ground.read(id)).toMatchObject({ state: 'accepted', result: null });
  });
});

test('a refusal of a later try adds no try to it', async () => {
  ground.platform.turns = [TURNS.dropped];
  const id = await ground.press();
  await ground.runOnce(id);
  ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
  const operation = await ground.drive(id);
  expect(operation).toMatchObject({ state: 'refused', tries: 2, doubtfulRefusal: 'wrong_state' });
  expect(ground.platform.sends).toHaveLength(2);
});

test('a try that arrives after a refused later one is found', async () => {
  ground.platform.turns = [TURNS.late];
  const id = await ground.press();
  await ground.runOnce(id);
  ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
  expect(await ground.drive(id, 90_000)).toMatchObject({ state: 'unknown', doubtfulRefusal: 'wrong_state' });
  ground.clock.advance(110_000);
  await ground.platform.deliver();
  expect(await ground.drive(id)).toMatchObject({ state: 'succeeded' });
  expect(ground.platform.effects).toHaveLength(1);
});

test('what somebody else moved is read anew', async () => {
  const id = await ground.press();
  ground.platform.whileAsked = () =>
    ground.ours.pool.query('update operations set tries = tries + 1 where id = $1', [id]);
  const outcome = await ground.runOnce(id).catch((error: unknown) => error);
  expect(outcome).toMatchObject({ code: 'internal', retryable: true });
  expect(ground.platform.sends).toEqual([]);
});
