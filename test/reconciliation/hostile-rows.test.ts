import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NOTHING_KNOWN } from '../../src/operations/retry-facts.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { NOTHING_OPEN } from '../../src/reconciliation/open-subjects.ts';
import { scanFinance, truncate, type Scan } from '../../src/reconciliation/scan.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { addAttempt, addBaseline, addEntry, addPayment, addWallet } from './finance-rows.ts';
import { log, testPolicy } from './harness.ts';

/** Rows that a view of somebody else's may hold, and that no honest platform makes. */
const NOW = new Date('2026-01-15T06:00:00Z');
const policy = testPolicy();
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
    'truncate finance.transactions, finance.ledger_entries, finance.wallets, finance.payout_attempts, finance.wallet_baselines',
  );
});
afterAll(async () => {
  await reader.end();
  await finance.drop();
});

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

test('a baseline whose wallet has gone drifts', async () => {
  await addBaseline(owner, { account: 'gone', available: '100', at: '2026-01-10T00:00:00Z' });
  await addBaseline(owner, { account: 'empty', available: '0', at: '2026-01-10T00:00:00Z' });
  const everything = await scan();
  expect(lines(everything)).toEqual(['R01.no_wallet HIGH gone 10000']);
  expect(everything.accounts).toEqual({ scanned: 2, clean: 1, drifted: 1, unknown: 0, skipped: 0 });
  const window = { from: new Date('2026-01-09T12:00:00Z'), to: null };
  expect(lines(await scan({ window }))).toEqual(['R01.no_wallet HIGH gone 10000']);
});

test('less than a minor unit is neither a hold nor a debt', async () => {
  await addEntry(owner, { account: 'dust', available: '-0.001', held: '0.009' });
  await addWallet(owner, { account: 'dust', available: '-0.001', held: '0.009' });
  await addEntry(owner, { account: 'below', held: '-0.009' });
  await addWallet(owner, { account: 'below', held: '-0.009' });
  expect(lines(await scan())).toEqual([]);
});

test('a currency nobody knows is compared as it stands', async () => {
  await addWallet(owner, { account: 'gold', currency: 'XAU', available: '-0.4', held: '0.3' });
  const seen = (await scan()).observations.map(({ rule, class: risk, evidence }) => [
    rule,
    risk,
    evidence.key,
  ]);
  expect(seen).toEqual([
    ['R06', 'HIGH', 'R06'],
    ['R07', 'HIGH', 'R07.unexplained'],
  ]);
});

test('a withdrawal of nothing needs no burn', async () => {
  await addPayment(owner, { id: 'nothing', amount: '0' });
  await addPayment(owner, { id: 'something', amount: '0.01' });
  expect(lines(await scan())).toEqual(['R04 HIGH something 1']);
});

test('an empty reference is shared by nobody', async () => {
  for (const id of ['a', 'b']) {
    await addPayment(owner, { id });
    await addEntry(owner, { payment: id, held: '-10' });
    await addAttempt(owner, { payment: id, ref: '' });
  }
  expect(lines(await scan()).filter((line) => line.startsWith('R28'))).toEqual([]);
});

test('a reference is shared across tenants and providers apart', async () => {
  for (const id of ['a', 'b', 'c']) {
    await addPayment(owner, { id });
    await addEntry(owner, { payment: id, held: '-10' });
    await addAttempt(owner, {
      payment: id,
      ref: "o'neil|x,y",
      at: `2026-01-14T0${id === 'a' ? 8 : 9}:00:00Z`,
    });
  }
  await owner.query(`update finance.transactions set tenant_id = 'bosphorus' where id = 'b'`);
  await owner.query(`update finance.payout_attempts set provider = 'other' where transaction_id = 'c'`);
  const shared = (await scan()).observations.filter((seen) => seen.rule === 'R28');
  expect(shared.map((seen) => [seen.tenantId, seen.subject.id])).toEqual([['bosphorus', 'b']]);
});

test('one account id in two tenants is two accounts', async () => {
  const account = `a"b'c|d,e\\f`;
  await addEntry(owner, { account, available: '10' });
  await addWallet(owner, { account, available: '10' });
  await owner.query(
    `insert into finance.wallets select 'bosphorus', account_id, currency, 10.01, held, updated_at from finance.wallets`,
  );
  const { drifts, accounts } = await scan();
  expect(accounts).toMatchObject({ scanned: 2, clean: 1, drifted: 1 });
  expect(drifts.map((seen) => [seen.tenantId, seen.accountId, seen.amountMinor])).toEqual([
    ['bosphorus', account, 1001n],
  ]);
});

test('a past day is its own instants, the first one in', async () => {
  const window = { from: new Date('2026-01-13T21:00:00Z'), to: new Date('2026-01-14T21:00:00Z') };
  const times = ['13T20:59:59.999', '13T21:00:00', '14T20:59:59.9999', '14T21:00:00'];
  for (const [index, at] of times.entries())
    await addPayment(owner, { id: `p${index}`, at: `2026-01-${at}Z` });
  expect(lines(await scan({ window, pastDate: true }))).toEqual(['R04 HIGH p1 1000', 'R04 HIGH p2 1000']);
});

test('what is no number costs its rule, not the run', async () => {
  await addWallet(owner, { account: 'nan', available: 'NaN', held: '-Infinity' });
  await addPayment(owner, { id: 'nan', kind: 'deposit', state: 'completed', amount: 'NaN' });
  await addPayment(owner, { id: 'deposit', kind: 'deposit', state: 'completed' });
  await addPayment(owner, { id: 'never' });
  const result = await scan();
  expect(lines(result)).toEqual(['R04 HIGH never 1000']);
  expect(Object.fromEntries(result.notRun)).toEqual({
    R01: 'rule_failed',
    R06: 'rule_failed',
    R07: 'rule_failed',
  });
  expect(result.volume).toMatchObject([
    { kind: 'deposit', count: 2, amountMinor: 1000n },
    { kind: 'withdrawal', count: 1, amountMinor: 1000n },
  ]);
});

test('what is truncated still adds up', async () => {
  for (const account of ['a', 'b', 'c']) await addWallet(owner, { account, available: '1' });
  await addPayment(owner, { id: 'never' });
  const result = await scan();
  truncate(result, 2);
  expect(lines(result)).toEqual(['R01 HIGH a 100', 'R01 HIGH b 100']);
  expect(result.accounts).toEqual({ scanned: 4, clean: 1, drifted: 2, unknown: 1, skipped: 0 });
  expect(result.notRun.get('R30')).toBe('truncated:4');
});

test('a day whose volume is negative has no share of it', async () => {
  await addPayment(owner, { id: 'taken', kind: 'adjustment', state: 'completed', amount: '-5' });
  expect((await scan()).notRun.get('R30')).toBe('no_volume');
});
