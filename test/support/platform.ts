import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { orderProvider, providerOrder } from '../../sandbox/data/order-provider.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { startPlatform, type RunningPlatform } from '../../sandbox/platform/server.ts';
import { makeLog } from '../../src/log.ts';
import { makeTestClock, type TestClock } from './clock.ts';
import { createFinanceDatabase, type TestDatabase } from './databases.ts';

const START = '2026-01-15T08:30:00+03:00';
const TOKEN = 'platform-token';

interface Reply {
  status: number;
  headers: Headers;
  // Bodies are JSON of many shapes; a test says what it expects.
  body: unknown;
  text: string;
}

/** The stand-in platform alone, on a small seeded finance database and a clock that the test moves. */
export interface PlatformStage {
  finance: TestDatabase;
  clock: TestClock;
  platform: RunningPlatform;
  /** A withdrawal in this state, 45 minutes old unless told. */
  make(
    state: string,
    options?: { amount?: string; age?: string; currency?: string; provider?: string },
  ): Promise<{ id: string; attempt: string }>;
  tell(order: object): Promise<void>;
  /** POSTs a change; the reason and the token are there unless `body` or `token` say otherwise. */
  change(
    id: string,
    verb: string,
    key: string | null,
    options?: { body?: string; token?: string },
  ): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** What the platform says the provider answers about an attempt. */
  ask(attempt: string): Promise<string>;
  /** Moves the clock, and the platform lives up to it. */
  pass(ms: number): Promise<void>;
  stateOf(id: string): Promise<string>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openPlatformStage(): Promise<PlatformStage> {
  const log = makeLog('silent');
  const finance = await createFinanceDatabase();
  const { pool } = finance;
  await seedFinance({
    ownerUrl: finance.ownerUrl,
    seed: 'lale',
    startAt: new Date(START),
    scale: 0.02,
    sliDays: 1,
    log,
  });
  const clock = makeTestClock(START);
  const open = () => startPlatform({ port: 0, pool, clock, token: TOKEN, log });
  let platform = await open();

  async function call(path: string, init: RequestInit): Promise<Reply> {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${platform.url}${path}`, { ...init, headers });
    const text = await response.text();
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = undefined;
    }
    return { status: response.status, headers: response.headers, body, text };
  }

  const stage: PlatformStage = {
    finance,
    clock,
    get platform() {
      return platform;
    },
    async make(state, options = {}) {
      const asked = { kind: 'withdrawal', amount: '125.50', currency: 'TRY', age: '45m', state, ...options };
      const { id, attempt } = await createTransaction(pool, transactionRequest.parse(asked), clock.now());
      return { id, attempt: attempt ?? '' };
    },
    tell: async (order) => await orderProvider(pool, providerOrder.parse(order), clock.now()),
    change: (id, verb, key, { body = '{"reason":"asked for"}', token } = {}) =>
      call(`/v1/payouts/${id}/${verb}`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          ...(key === null ? {} : { 'idempotency-key': key }),
          ...(token === undefined ? {} : { authorization: token }),
        },
      }),
    get: (path) => call(path, { method: 'GET' }),
    async ask(attempt) {
      const { rows } = await pool.query<{ provider: string; provider_ref: string }>(
        'select provider, provider_ref from finance.payout_attempts where id = $1',
        [attempt],
      );
      const { provider, provider_ref: reference } = rows[0]!;
      const { body } = await call(`/v1/attempts/${attempt}?provider=${provider}&reference=${reference}`, {});
      return (body as { provider_status: string }).provider_status;
    },
    async pass(ms) {
      clock.advance(ms);
      await liveUntil(pool, clock.now());
    },
    async stateOf(id) {
      const { rows } = await pool.query<{ state: string }>(
        'select state from finance.transactions where id = $1',
        [id],
      );
      return rows[0]!.state;
    },
    async restart() {
      await platform.stop();
      platform = await open();
    },
    async close() {
      await platform.stop();
      await finance.drop();
    },
  };
  return stage;
}
