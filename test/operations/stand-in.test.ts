import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { orderProvider } from '../../sandbox/data/order-provider.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { startPlatform, type RunningPlatform } from '../../sandbox/platform/server.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { TaskId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import { composeOperations } from '../../src/main/operations.ts';
import { readOperation } from '../../src/operations/store.ts';
import type { Operation } from '../../src/operations/types.ts';
import type { Platform } from '../../src/platform/types.ts';
import { openGateway, TOKEN } from '../platform/scripted.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { insertEpisode } from './episode.ts';

const START = '2026-01-15T05:30:00Z';
const log = makeLog('silent');
let ours: TestDatabase;
let finance: TestDatabase;
let reader: Pool;
let clock: TestClock;
let running: RunningPlatform;
let platform: Platform;
let made: { id: string; attempt: string; tenantId: string };

beforeAll(async () => {
  [ours, finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
  const startAt = new Date(START);
  await seedFinance({ ownerUrl: finance.ownerUrl, seed: 'lale', startAt, scale: 0.01, sliDays: 1, log });
  reader = makeFinancePool(finance.url, { schema: 'finance', log });
  clock = makeTestClock(START);
  const token = TOKEN.replaceAll(/[^\x20-\x7E]+/g, encodeURIComponent);
  running = await startPlatform({ port: 0, pool: finance.pool, clock, token, log });
  platform = openGateway(running.url, { time_limit_seconds: 1 }).platform;
});
afterAll(async () => {
  await running.stop();
  await reader.end();
  await Promise.all([ours.drop(), finance.drop()]);
});
beforeEach(async () => {
  const request = {
    kind: 'withdrawal',
    amount: '125.50',
    currency: 'TRY',
    state: 'payout_failed',
    age: '45m',
  };
  const { id, attempt = '' } = await createTransaction(
    finance.pool,
    transactionRequest.parse(request),
    clock.now(),
  );
  const { rows } = await finance.pool.query<{ tenant_id: string }>(
    'select tenant_id from finance.transactions where id = $1',
    [id],
  );
  made = { id, attempt, tenantId: rows[0]!.tenant_id };
});

/** Presses, and runs the task until it is over. */
async function drive(action: 'retry' | 'recheck'): Promise<Operation> {
  const operations = composeOperations({
    pool: ours.pool,
    policy: sandboxPolicy(undefined),
    platform,
    financePrimary: async () => reader,
    onChange: async () => undefined,
    log,
  });
  const payoutId = await insertEpisode(ours.pool, {
    transactionId: made.id,
    tenantId: made.tenantId,
    now: clock.now(),
    amountMinor: '12550',
  });
  const request = { payoutId, intentNo: 1, action, actor: 'person:U1' };
  const pressed = await operations.requestOperation(clock.now(), request);
  expect(pressed.ok).toBe(true);
  const id = pressed.ok ? pressed.operationId : '';
  for (;;) {
    const outcome = await operations.taskKinds[0]!.run(
      {
        taskId: 't' as TaskId,
        key: 'k',
        faults: 0,
        clock,
        log,
        signal: new AbortController().signal,
        guard: async () => undefined,
      },
      { id },
    );
    if (outcome.state === 'done') return (await readOperation(ours.pool, id))!;
    if (outcome.at > clock.now()) clock.set(outcome.at);
  }
}

const effects = async () => (await running.effects()).filter(({ subject }) => subject === made.id).length;

test.each(['none', '429', '500', 'timeout', 'drop', 'lost_reply'] as const)(
  'a retry over HTTP has one effect: %s',
  async (kind) => {
    // The first call asks about the attempt; the second is the retry itself.
    const ask = platform.ask.bind(platform);
    platform.ask = async (attempt) => {
      const answer = await ask(attempt);
      if (kind !== 'none')
        await running.plant({ target: 'platform', kind, times: 1, retryAfter: 3, error: '' });
      platform.ask = ask;
      return answer;
    };
    const operation = await drive('retry');
    expect(operation).toMatchObject({
      state: 'succeeded',
      proof: { attempts: [{ attemptId: made.attempt, answer: 'failed' }] },
    });
    expect(operation.result?.attemptId).not.toBeNull();
    expect(await effects()).toBe(1);
  },
);

test('a retry is not sent while its provider is silent', async () => {
  await orderProvider(finance.pool, { attempt: made.attempt, answer: 'silent', after: '0s' }, clock.now());
  const operation = await drive('retry');
  expect(operation).toMatchObject({ state: 'refused', refusal: { reasons: ['no_final_failure'] } });
  expect(await effects()).toBe(0);
});

test('a recheck asks over HTTP', async () => {
  expect(await drive('recheck')).toMatchObject({
    state: 'succeeded',
    result: { answers: [{ attemptId: made.attempt, answer: 'failed' }] },
  });
});
