import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NOTHING_KNOWN } from '../../src/operations/retry-facts.ts';
import { NOTHING_OPEN } from '../../src/reconciliation/open-subjects.ts';
import { scanFinance, type Scan } from '../../src/reconciliation/scan.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { Pool } from '../../src/database/pool.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { addAttempt, addBaseline, addEntry, addPayment, addWallet, addWebhook } from './finance-rows.ts';
import { log, testPolicy } from './harness.ts';

const NOW = new Date('2026-01-15T06:00:00Z');
let finance: TestDatabase;
let owner: Pool;
let reader: Pool;

beforeAll(async () => {
  finance = await createFinanceDatabase();
  owner = finance.pool;
  reader = makeFinancePool(finance.url, { schema: 'finance', log });
});
beforeEach(async () => {
  await owner.query(
    'truncate finance.transactions, finance.ledger_entries, finance.wallets, finance.payout_attempts, finance.webhook_events, finance.wallet_baselines',
  );
});
afterAll(async () => {
  await reader.end();
  await finance.drop();
});

const policy = testPolicy();
async function scan(change: Partial<Parameters<typeof scanFinance>[1]> = {}): Promise<Scan> {
  return await scanFinance(reader, {
    policy,
    observedAt: NOW,
    volumeDay: '2026-01-14',
    window: { from: null, to: null },
    open: NOTHING_OPEN,
    known: NOTHING_KNOWN,
    pastDate: false,
    log,
    ...change,
  });
}

const lines = (result: Scan): string[] =>
  [...result.drifts, ...result.observations]
    .map((seen) => `${seen.evidence.key} ${seen.class} ${seen.subject.id} ${seen.amountMinor}`)
    .toSorted();

test('a burn is counted net of its reversal', async () => {
  const burns: Record<string, string[]> = {
    once: ['-10'],
    twice: ['-10', '-10'],
    reversed: ['-10', '10'],
    again: ['-10', '10', '-10'],
    never: [],
  };
  for (const [id, held] of Object.entries(burns)) {
    await addPayment(owner, { id });
    for (const delta of held) await addEntry(owner, { payment: id, held: delta });
  }
  const seen = lines(await scan()).filter((line) => /^R0[245]/.test(line));
  expect(seen).toEqual(['R02 HIGH twice 1000', 'R04 HIGH never 1000', 'R04 HIGH reversed 1000']);
});

test('giving a hold back is no burn, and burning unpaid is R05', async () => {
  await addPayment(owner, { id: 'back', state: 'rejected' });
  await addEntry(owner, { payment: 'back', available: '10', held: '-10' });
  await addPayment(owner, { id: 'burnt', state: 'canceled' });
  await addEntry(owner, { payment: 'burnt', held: '-10' });
  await addPayment(owner, { id: 'deposit', kind: 'deposit', state: 'completed' });
  await addEntry(owner, { payment: 'deposit', held: '-10' });
  expect(lines(await scan()).filter((line) => /^R0[245]/.test(line))).toEqual(['R05 HIGH burnt 1000']);
});

const CURRENCIES: [string, string][] = [
  ['TRY', '0.01'],
  ['EUR', '0.01'],
  ['USD', '0.01'],
  ['KWD', '0.001'],
  ['JPY', '1'],
];
const DRIFTS = CURRENCIES.flatMap(([currency, unit]) =>
  ['available', 'held'].flatMap((bucket) =>
    ['', '-'].map((sign) => ({ currency, bucket, drift: sign + unit })),
  ),
);

test('one minor unit is found, in each currency, bucket and sign', async () => {
  for (const [index, { currency, bucket, drift }] of DRIFTS.entries()) {
    const account = `acc${index}`;
    await addEntry(owner, { account, currency, available: '500', held: '100' });
    const other = bucket === 'available' ? { held: '100' } : { available: '500' };
    const off = await owner.query(`select ($1::numeric + $2::numeric)::text as sum`, [
      bucket === 'available' ? '500' : '100',
      drift,
    ]);
    await addWallet(owner, { account, currency, ...other, [bucket]: off.rows[0].sum });
    await addEntry(owner, { account: `clean${index}`, currency, available: '500' });
    await addWallet(owner, { account: `clean${index}`, currency, available: '500' });
  }
  const { drifts, accounts } = await scan();
  expect(accounts).toEqual({ scanned: 40, clean: 20, drifted: 20, unknown: 0, skipped: 0 });
  const expected = DRIFTS.map(({ currency, bucket, drift }, index) => {
    const minor = drift.startsWith('-') ? '-1' : '1';
    return `acc${index} ${currency} ${bucket === 'available' ? minor : '0'} ${bucket === 'held' ? minor : '0'}`;
  });
  const money = (value: unknown) => (value as { money: { minor: string } }).money.minor;
  const seen = drifts.map(({ subject, currency, evidence }) => {
    const { available, held } = evidence.args;
    return `${subject.id} ${currency} ${money(available)} ${money(held)}`;
  });
  expect(seen.toSorted()).toEqual(expected.toSorted());
});

test('a baseline counts from its moment on, exclusively', async () => {
  const at = '2026-01-10T00:00:00Z';
  await addBaseline(owner, { account: 'based', available: '100', at });
  await addEntry(owner, { account: 'based', available: '70', at: '2026-01-09T00:00:00Z' });
  await addEntry(owner, { account: 'based', available: '30', at });
  await addEntry(owner, { account: 'based', available: '5', at: '2026-01-10T00:00:00.001Z' });
  await addWallet(owner, { account: 'based', available: '105' });
  expect((await scan()).accounts).toMatchObject({ scanned: 1, clean: 1 });
});

test('unknown events and currencies are unknown, never clean', async () => {
  const id = await addEntry(owner, { account: 'a', available: null, event: 'mystery' });
  await addWallet(owner, { account: 'a', available: '7' });
  await addWallet(owner, { account: 'b', currency: 'XAU', available: '0' });
  const result = await scan();
  expect(result.accounts).toEqual({ scanned: 2, clean: 0, drifted: 0, unknown: 2, skipped: 0 });
  expect(result.untold).toHaveLength(2);
  expect(lines(result)).toEqual([`R25 MED ${id} null`]);
});

test('without baseline and a complete ledger R01 skips', async () => {
  const incomplete = testPolicy((text) => text.replace('ledger_complete: true', 'ledger_complete: false'));
  await addBaseline(owner, { account: 'based', available: '1', at: '2026-01-01T00:00:00Z' });
  await addWallet(owner, { account: 'based', available: '2' });
  await addWallet(owner, { account: 'bare', available: '2' });
  const result = await scan({ policy: incomplete });
  expect(result.accounts).toEqual({ scanned: 2, clean: 0, drifted: 1, unknown: 0, skipped: 1 });
  expect(result.notRun.get('R01')).toBe('no_baseline:1');
});

test('an account with entries and no wallet drifts', async () => {
  await addEntry(owner, { account: 'ghost', available: '12.34' });
  await addEntry(owner, { account: 'even', available: '5' });
  await addEntry(owner, { account: 'even', available: '-5' });
  expect(lines(await scan())).toEqual(['R01.no_wallet HIGH ghost 1234']);
});

test('held is the sum of open withdrawals', async () => {
  for (const [index, state] of ['requested', 'approved', 'payout_failed', 'paid', 'rejected'].entries())
    await addPayment(owner, { id: `w${index}`, account: 'good', state, at: '2026-01-15T05:50:00Z' });
  await addEntry(owner, { payment: 'w3', account: 'good', held: '-10' });
  await addEntry(owner, { account: 'good', held: '40' });
  await addWallet(owner, { account: 'good', held: '30' });
  await addEntry(owner, { account: 'more', held: '0.01' });
  await addWallet(owner, { account: 'more', held: '0.01' });
  await addEntry(owner, { account: 'below', held: '-0.01' });
  await addWallet(owner, { account: 'below', held: '-0.01' });
  const seen = lines(await scan()).filter((line) => line.startsWith('R06') || line.startsWith('R01'));
  expect(seen).toEqual(['R06 HIGH more 1', 'R06.negative HIGH below 1']);
});

test.each([
  ['9.99', 'HIGH', 'R07.unexplained'],
  ['10.00', 'MED', 'R07.explained'],
])('minus 10 with a chargeback of %s is %s', async (amount, risk, key) => {
  await addPayment(owner, { id: 'cb', account: 'debtor', kind: 'chargeback', state: 'completed', amount });
  await addEntry(owner, { account: 'debtor', available: '-10' });
  await addWallet(owner, { account: 'debtor', available: '-10' });
  expect(lines(await scan())).toEqual([`${key} ${risk} debtor 1000`]);
});

test('webhooks: once an event, no bad signature, aged to HIGH', async () => {
  await addPayment(owner, { id: 'known', kind: 'deposit', state: 'completed' });
  await addWebhook(owner, { id: 'w1', payment: 'known' });
  await addWebhook(owner, { id: 'w2', payment: 'nobody', event: 'e', at: '2026-01-14T10:00:00Z' });
  await addWebhook(owner, { id: 'w3', payment: 'nobody', event: 'e', at: '2026-01-14T10:05:00Z' });
  await addWebhook(owner, { id: 'w4', payment: 'nobody', outcome: 'bad_signature' });
  await addWebhook(owner, { id: 'w5', payment: null });
  await addWebhook(owner, { id: 'w6', payment: 'old', at: '2026-01-08T05:59:00Z' });
  expect(lines(await scan())).toEqual(['R24 HIGH w6 null', 'R24 MED w2 null']);
});

test('attempts: two successes, a shared reference, given back', async () => {
  for (const id of ['twice', 'first', 'second', 'third', 'failed']) {
    await addPayment(owner, { id });
    await addEntry(owner, { payment: id, held: '-10' });
  }
  await addAttempt(owner, { payment: 'twice' });
  await addAttempt(owner, { payment: 'twice', at: '2026-01-14T11:00:00Z' });
  await addAttempt(owner, { payment: 'failed', status: 'failed', ref: null });
  await addAttempt(owner, { payment: 'failed', ref: null });
  await addAttempt(owner, { payment: 'first', ref: 'same', at: '2026-01-14T08:00:00Z' });
  await addAttempt(owner, { payment: 'second', ref: 'same', at: '2026-01-14T09:00:00Z' });
  await addAttempt(owner, { payment: 'third', ref: 'same', at: '2026-01-14T09:30:00Z', status: 'failed' });
  await addPayment(owner, { id: 'back', state: 'canceled' });
  await addAttempt(owner, { payment: 'back' });
  const seen = lines(await scan()).filter((line) => /^R2[89]/.test(line));
  expect(seen).toEqual([
    'R28.shared_reference HIGH second 1000',
    'R28.shared_reference HIGH third 1000',
    'R28.two_succeeded HIGH twice 1000',
    'R29 HIGH back 1000',
  ]);
});

test('a window sees what changed in it, and open subjects', async () => {
  const old = { at: '2026-01-10T00:00:00Z' };
  for (const id of ['old', 'open']) await addPayment(owner, { id, ...old });
  await addPayment(owner, { id: 'new', at: '2026-01-14T12:00:00Z' });
  await addPayment(owner, { id: 'touched', ...old });
  await addEntry(owner, { payment: 'touched', held: '-10', ...old });
  await addEntry(owner, { payment: 'touched', held: '-10', at: '2026-01-14T12:00:00Z' });
  const window = { from: new Date('2026-01-14T06:00:00Z'), to: null };
  const result = await scan({ window, open: { ...NOTHING_OPEN, transactions: ['open'] } });
  expect(lines(result).filter((line) => /^R0[24]/.test(line))).toEqual([
    'R02 HIGH touched 1000',
    'R04 HIGH new 1000',
    'R04 HIGH open 1000',
  ]);
});

test('an absent view is not run, and the rest is', async () => {
  await owner.query('alter table finance.webhook_events rename to hidden');
  await addPayment(owner, { id: 'never' });
  const result = await scan();
  await owner.query('alter table finance.hidden rename to webhook_events');
  expect(result.notRun.get('R24')).toBe('view_missing:webhook_events');
  expect(result.partial).toBe(false);
  expect(lines(result)).toEqual(['R04 HIGH never 1000']);
});

test('a rule that the database refuses makes a partial run', async () => {
  await owner.query('alter table finance.webhook_events rename column outcome to verdict');
  await addPayment(owner, { id: 'never' });
  const result = await scan();
  await owner.query('alter table finance.webhook_events rename column verdict to outcome');
  expect(result.notRun.get('R24')).toBe('rule_failed');
  expect(result.partial).toBe(true);
  expect(lines(result)).toEqual(['R04 HIGH never 1000']);
});

test('amounts of 18 digits and ids of 4,000 characters', async () => {
  const account = 'ş'.repeat(4_000);
  await addEntry(owner, { account, available: '1234567890123456.78' });
  await addWallet(owner, { account, available: '1234567890123456.79' });
  const result = await scan();
  expect(result.drifts.map((drift) => [drift.accountId, drift.amountMinor])).toEqual([[account, 1n]]);
});
