import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunId } from '../../src/ids.ts';
import { loadRunCsv } from '../../src/reconciliation/load-csv.ts';
import { loadDigest } from '../../src/reconciliation/load-digest.ts';
import type { DigestModel } from '../../src/reconciliation/types.ts';
import { addEntry, addPayment, addWallet } from './finance-rows.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';

const policy = testPolicy();
let house: House;
let runId: RunId;
let digest: DigestModel;

beforeAll(async () => {
  house = await makeHouse(policy, '2026-01-15T05:55:00Z');
  const { pool } = house.finance;
  await pool.query(
    `insert into finance.fx_rates values ('2026-01-10', 'EUR', 1.1), ('2026-01-16', 'EUR', 9)`,
  );
  // Hold left after payout: R04 and R06 are one cause.
  await addPayment(pool, { id: 'held', amount: '50.00' });
  await addEntry(pool, { payment: 'held', held: '50' });
  await addWallet(pool, { account: 'acc-held', held: '50' });
  for (let index = 0; index < 12; index += 1)
    await addPayment(pool, { id: `n${index}`, amount: `${index + 1}.00`, currency: 'EUR' });
  await addPayment(pool, { id: 'unrated', currency: 'KWD', amount: '1.234' });
  runId = (await house.reconcile('2026-01-15T06:00:00Z')) as RunId;
  const loaded = await loadDigest(house.ours.pool, runId, policy);
  expect(loaded).not.toBeNull();
  digest = loaded as DigestModel;
});
afterAll(() => house.drop());

test('totals are the sums of the rows, to the cent', () => {
  const { HIGH, MED, LOW } = digest.totals!.classes;
  expect([MED.count, LOW.count]).toEqual([0, 0]);
  // R04 and R06 of the hold, twelve in EUR, one in KWD, and R30, which adds no money to what it sums.
  expect(HIGH.count).toBe(16);
  expect(HIGH.perCurrency).toEqual([
    { currency: 'EUR', amountMinor: 7_800n },
    { currency: 'KWD', amountMinor: 1_234n },
    { currency: 'USD', amountMinor: 5_000n + 5_000n },
  ]);
  expect(HIGH.reportingMinor).toBe(8_580n + 10_000n);
  expect(HIGH.withoutRate).toBe(1);
});

test('the worst eight causes, and how many more', () => {
  expect(digest.worst).toHaveLength(8);
  expect(digest.worst[0]?.rule).toBe('R04');
  expect(digest.worst[0]?.grouped.map((one) => one.rule)).toEqual(['R06']);
  expect(digest.worst.slice(1).map((line) => line.amountMinor)).toEqual([
    1_200n,
    1_100n,
    1_000n,
    900n,
    800n,
    700n,
    600n,
  ]);
  expect(digest.more).toBe(16 - 9);
});

test('the file has every finding once, and sums alike', async () => {
  const text = new TextDecoder().decode(await loadRunCsv(house.ours.pool, runId, 'USD'));
  const lines = text.trimEnd().split('\r\n').slice(1);
  expect(lines).toHaveLength(16);
  const cents = lines
    .map((line) => line.split(',')[12] ?? '')
    .map((cell) => Math.round(Number(cell || 0) * 100));
  expect(BigInt(cents.reduce((sum, one) => sum + one, 0))).toBe(digest.totals?.classes.HIGH.reportingMinor);
});

test('the file stays what the run saw', async () => {
  const before = await loadRunCsv(house.ours.pool, runId, 'USD');
  await house.ours.pool.query(`update findings set state = 'resolved' where rule = 'R04'`);
  expect(await loadRunCsv(house.ours.pool, runId, 'USD')).toEqual(before);
});

test('volume is of the business day, against the day before', async () => {
  const { pool } = house.finance;
  await pool.query('delete from finance.transactions');
  const at = ['2026-01-12T20:59:59Z', '2026-01-12T21:00:00Z', '2026-01-13T20:59:59Z', '2026-01-13T21:00:00Z'];
  for (const [index, when] of [...at, '2026-01-14T20:59:59Z', '2026-01-14T21:00:00Z'].entries())
    await addPayment(pool, { id: `v${index}`, kind: 'deposit', state: 'completed', amount: '1', at: when });
  house.clock.set('2026-01-15T05:56:00Z');
  const id = (await house.reconcile('2026-01-15T06:30:00Z')) as RunId;
  const volume = (await loadDigest(house.ours.pool, id, policy))?.totals?.volume;
  expect(volume).toEqual([
    {
      kind: 'deposit',
      currency: 'USD',
      count: 2,
      countBefore: 2,
      amountMinor: 200n,
      amountMinorBefore: 200n,
    },
  ]);
});
