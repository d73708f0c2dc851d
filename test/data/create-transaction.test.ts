import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { AppError } from '../../src/errors.ts';
import { makeLog } from '../../src/log.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { disagreements } from './invariants.ts';

const START = new Date('2026-01-15T08:30:00+03:00');
const log = makeLog('silent');

const STATES = {
  deposit: ['created', 'pending_provider', 'completed', 'failed', 'reversed'],
  withdrawal: [
    'requested',
    'approved',
    'payout_pending',
    'payout_submitted',
    'processing',
    'paid',
    'payout_failed',
    'rejected',
    'canceled',
  ],
  refund: ['completed'],
  chargeback: ['completed'],
  bonus: ['completed'],
  adjustment: ['completed'],
};
const CASES = Object.entries(STATES).flatMap(([kind, states]) => states.map((state) => ({ kind, state })));

describe('a payment made by hand', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createFinanceDatabase();
    await seedFinance({
      ownerUrl: database.ownerUrl,
      seed: 'lale',
      startAt: START,
      scale: 0.05,
      sliDays: 1,
      log,
    });
  });
  afterAll(async () => await database.drop());

  const make = async (body: object) =>
    await createTransaction(
      database.pool,
      transactionRequest.parse({ amount: '125.50', currency: 'TRY', ...body }),
      START,
    );

  it.each(CASES)('is a $kind that is $state', async ({ kind, state }) => {
    const { id } = await make({ kind, state, age: '45m' });
    const { rows } = await database.pool.query<{
      kind: string;
      state: string;
      amount: string;
      minutes: number;
    }>(
      `select kind, state, amount, extract(epoch from $2 - state_since)::int / 60 as minutes
         from finance.transactions where id = $1`,
      [id, START],
    );
    expect(rows[0]).toEqual({ kind, state, amount: '125.50', minutes: 45 });
  });

  it('keeps ledger, wallet and holds in agreement', async () => {
    const found = await disagreements(database.pool, START);
    expect(found.filter((line) => !/^(failed payout waits|stuck|attempt open too long)/.test(line))).toEqual(
      [],
    );
  });

  it('that failed comes with one failed attempt', async () => {
    const made = await make({
      kind: 'withdrawal',
      state: 'payout_failed',
      age: '45m',
      provider: 'mavi-wire',
    });
    const { rows } = await database.pool.query(
      'select id, provider, status, error_code from finance.payout_attempts where transaction_id = $1',
      [made.id],
    );
    expect(rows).toEqual([
      { id: made.attempt, provider: 'mavi-wire', status: 'failed', error_code: 'provider_declined' },
    ]);
  });

  it.each([
    ['KWD', '0.001'],
    ['JPY', '7'],
    ['USD', '9999999999999999.99'],
  ])('may be of %s %s', async (currency, amount) => {
    const { id } = await make({ kind: 'withdrawal', state: 'paid', currency, amount });
    const { rows } = await database.pool.query<{ amount: string }>(
      'select amount from finance.transactions where id = $1',
      [id],
    );
    expect(rows[0]?.amount).toBe(amount);
  });

  it.each([
    { amount: '0' },
    { amount: '-5.00' },
    { amount: '1.234' },
    { amount: 'ten' },
    { currency: 'XXX' },
    { state: 'completed' },
    { age: 'long' },
  ])('is refused with %o', async (body) => {
    await expect(make({ kind: 'withdrawal', state: 'paid', ...body })).rejects.toThrow(AppError);
  });

  it('is left alone by life', async () => {
    const { id } = await make({ kind: 'withdrawal', state: 'processing', age: '5m' });
    await liveUntil(database.pool, new Date(START.getTime() + 3_600_000));
    const { rows } = await database.pool.query<{ state: string }>(
      'select state from finance.transactions where id = $1',
      [id],
    );
    expect(rows[0]?.state).toBe('processing');
  });
});
