import { expect, test } from 'vitest';
import { flood } from './flood.ts';
import { policyWith, useGround } from './ground.ts';

const MINUTE_MS = 60_000;
const ground = useGround(
  policyWith((text) => text.replace('\nplatform:\n', '\nplatform:\n  asks_per_check: 20\n')),
);

test('a check asks about so many attempts and no more', async () => {
  expect(ground.policy.platform.asks_per_check).toBe(20);
  await flood(ground, 50);
  for (let count = 0; count < 3; count += 1) {
    await ground.check();
    ground.clock.advance(MINUTE_MS);
  }
  // Each once, before any is asked again.
  expect(ground.asked).toHaveLength(50);
  expect(new Set(ground.asked).size).toBe(50);
  expect(await ground.cards()).toMatchObject([{ kind: 'payout_group' }]);
});

test('the newest failure is asked about first', async () => {
  await flood(ground, 30);
  await ground.add('fresh', { since: 1 });
  await ground.check();
  expect(ground.asked[0]).toBe('fresh-1');
});

test('every attempt of a failed payout is asked about', async () => {
  await ground.add('t1', { attempts: ['failed', 'failed'] });
  await ground.add('t2', { state: 'processing', attempts: ['failed', 'submitted'] });
  await ground.check();
  expect(ground.asked.toSorted()).toEqual(['t1-1', 't1-2', 't2-2']);
});

test('fresh answers are not asked for again', async () => {
  await ground.add('t1', { since: 1 });
  await ground.check();
  ground.clock.advance(4 * MINUTE_MS - 1);
  await ground.check();
  expect(ground.asked).toEqual(['t1-1']);
  ground.clock.advance(1);
  await ground.check();
  expect(ground.asked).toEqual(['t1-1', 't1-1']);
});

test('a silent provider is asked again soon, then as all are', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  ground.platform.answers.set('t1-1', 'silent');
  await ground.check();
  const begin = ground.clock.now().getTime();
  const minutes: number[] = [];
  for (;;) {
    const next = await ground.look('t1');
    if (next === null) break;
    ground.clock.set(next);
    minutes.push((next.getTime() - begin) / MINUTE_MS);
  }
  expect(minutes).toEqual([1, 3, 7]);
  expect(ground.asked).toHaveLength(4);
});

test('a check has such a look wait for it', async () => {
  await ground.add('t1', { state: 'processing', since: 45 });
  await ground.check();
  const { rows } = await ground.ours.pool.query(
    `select key, due_at from tasks where kind = 'look-at-payout'`,
  );
  const dueAt = new Date(ground.clock.now().getTime() + MINUTE_MS);
  expect(rows).toEqual([{ key: 'look-at-payout:anadolu:t1', due_at: dueAt }]);
});

test('a platform that can not be asked is not', async () => {
  ground.platform.offer = 'no_platform';
  await ground.add('t1');
  await ground.check();
  expect(ground.asked).toEqual([]);
  expect(await ground.only('t1')).toMatchObject({
    offersRetry: false,
    reasons: ['not_asked', 'no_platform'],
    attempts: [{ answer: null, askedAt: null }],
  });
});

test('a reference that is not there is not asked about', async () => {
  await ground.add('t1');
  await ground.finance.pool.query('update finance.payout_attempts set provider_ref = null');
  await ground.check();
  expect(ground.asked).toEqual([]);
  expect(await ground.only('t1')).toMatchObject({ reasons: ['not_asked'] });
});
