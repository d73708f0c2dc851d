import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { orderProvider } from '../../sandbox/data/order-provider.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { startPlatform, type RunningPlatform } from '../../sandbox/platform/server.ts';
import { newId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import type { AttemptRef, Order, Platform } from '../../src/platform/types.ts';
import { makeTestClock } from '../support/clock.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { openGateway, TOKEN } from './scripted.ts';

const START = '2026-01-15T05:30:00Z';
const clock = makeTestClock(START);
const log = makeLog('silent');
let database: TestDatabase;
let running: RunningPlatform;
let platform: Platform;
let order: Order;
let attempt: AttemptRef;

beforeAll(async () => {
  database = await createFinanceDatabase();
  const startAt = new Date(START);
  await seedFinance({ ownerUrl: database.ownerUrl, seed: 'lale', startAt, scale: 0.01, sliDays: 1, log });
  // As a header spells it.
  const token = TOKEN.replaceAll(/[^\x20-\x7E]+/g, encodeURIComponent);
  running = await startPlatform({ port: 0, pool: database.pool, clock, token, log });
  platform = openGateway(running.url, { time_limit_seconds: 1 }).platform;
});
afterAll(async () => {
  await running.stop();
  await database.drop();
});
beforeEach(async () => {
  const made = await createTransaction(
    database.pool,
    transactionRequest.parse({
      kind: 'withdrawal',
      amount: '125.50',
      currency: 'TRY',
      state: 'payout_failed',
      age: '45m',
    }),
    clock.now(),
  );
  const { rows } = await database.pool.query<{ tenant_id: string; provider: string; provider_ref: string }>(
    `select t.tenant_id, a.provider, a.provider_ref
       from finance.payout_attempts a join finance.transactions t on t.id = a.transaction_id
      where a.id = $1`,
    [made.attempt],
  );
  const row = rows[0]!;
  attempt = {
    attemptId: made.attempt ?? '',
    transactionId: made.id,
    tenantId: row.tenant_id,
    provider: row.provider,
    reference: row.provider_ref,
  };
  order = {
    operationId: newId(),
    action: 'retry',
    idempotencyKey: newId(),
    tenantId: row.tenant_id,
    transactionId: made.id,
    amount: '125.50',
    currency: 'TRY',
    actor: 'person:U1',
    reason: 'the customer waits',
    override: '',
  };
});

const effects = async () =>
  (await running.effects()).filter(({ subject }) => subject === order.transactionId).length;
const plant = async (kind: '429' | '500' | 'timeout' | 'drop' | 'lost_reply' | 'error', error = '') =>
  expect(await running.plant({ target: 'platform', kind, times: 1, retryAfter: 3, error })).toBe(true);

describe('the stand-in platform', () => {
  test('does a retry once, whatever is sent again', async () => {
    expect(await platform.lookUp(order)).toMatchObject({ as: 'not_found' });
    const first = await platform.send(order);
    expect(first).toMatchObject({ as: 'succeeded', attemptId: expect.stringMatching(/./) as string });
    expect(await platform.send(order)).toMatchObject({ as: 'succeeded' });
    expect(await platform.lookUp(order)).toMatchObject({
      as: 'succeeded',
      attemptId: first.as === 'succeeded' ? first.attemptId : '',
    });
    expect(await effects()).toBe(1);
  });

  test('says what it will not do, and says it again', async () => {
    const refused = { as: 'refused', code: 'payout_not_found', means: 'other' };
    expect(await platform.send({ ...order, idempotencyKey: newId(), transactionId: 'none' })).toMatchObject(
      refused,
    );
    await platform.send(order);
    const second = { ...order, idempotencyKey: newId<string>() };
    expect(await platform.send(second)).toMatchObject({ as: 'refused', means: 'wrong_state' });
    expect(await platform.lookUp(second)).toMatchObject({ as: 'refused', means: 'wrong_state' });
    expect(await effects()).toBe(1);
  });

  test.each([
    ['pending', 'pending'],
    ['silent', 'silent'],
    ['not_found', 'not_found'],
  ] as const)('asks a provider that answers %s', async (answer, heard) => {
    expect(await platform.ask(attempt)).toMatchObject({ answer: 'failed' });
    await orderProvider(database.pool, { attempt: attempt.attemptId, answer, after: '0s' }, clock.now());
    expect(await platform.ask(attempt)).toMatchObject({ answer: heard });
    expect(await platform.ask({ ...attempt, reference: 'another' })).toMatchObject({ answer: 'not_found' });
  });

  test.each([
    ['429', '', { as: 'not_done', why: 'busy', retryAfterMs: 3_000 }, 0],
    ['500', '', { as: 'unknown', why: 'status' }, 0],
    ['timeout', '', { as: 'unknown', why: 'time_limit' }, 0],
    ['drop', '', { as: 'unknown', why: 'connection' }, 0],
    ['lost_reply', '', { as: 'unknown', why: 'connection' }, 1],
    ['error', 'unauthorised', { as: 'not_done', why: 'unauthorised' }, 0],
    ['error', 'not_json', { as: 'unknown', why: 'status' }, 0],
    ['error', 'brand_new', { as: 'unknown', why: 'status' }, 0],
  ] as const)('is told as it is when it fails: %s %s', async (kind, error, outcome, done) => {
    await plant(kind, error);
    expect(await platform.send(order)).toMatchObject(outcome);
    expect(await effects()).toBe(done);
    expect(await platform.lookUp(order)).toMatchObject({ as: done === 1 ? 'succeeded' : 'not_found' });
    expect(await platform.send(order)).toMatchObject({ as: 'succeeded' });
    expect(await effects()).toBe(1);
  });
});
