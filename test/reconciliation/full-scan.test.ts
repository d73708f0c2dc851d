import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { type RunId } from '../../src/ids.ts';
import { loadReport } from '../../src/reconciliation/load-digest.ts';
import { makeFullScanSchedule } from '../../src/reconciliation/schedule.ts';
import type { ScannedPage } from '../../src/reconciliation/scan-page.ts';
import { truncatePage } from '../../src/reconciliation/store-page.ts';
import type { FullScanModel } from '../../src/reconciliation/types.ts';
import { addBaseline, addEntry, addWallet } from './finance-rows.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';
import { addAccount, addSeven, finish, fullScan, startScan, sweep, turn } from './scanning.ts';

const policy = testPolicy();
/** A page a turn. */
const ONE_PAGE = { turnMs: -1 };
const SLOT = '2026-01-18T00:00:00.000Z';
let house: House;

beforeAll(async () => {
  house = await makeHouse(policy, SLOT);
});
afterAll(() => house.drop());

beforeEach(() => sweep(house));

async function rows(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await house.ours.pool.query(sql, values)).rows;
}
const findings = async (state = 'open') =>
  (
    await rows('select rule, subject_id from findings where state = $1 order by rule, subject_id', [state])
  ).map((row) => `${String(row['rule'])} ${String(row['subject_id'])}`);
const report = async (id: string) =>
  (await loadReport(house.ours.pool, id as RunId, policy)) as FullScanModel;

const account = (name: string, available?: string) => addAccount(house, name, available);
const seven = () => addSeven(house);
const BROKEN = ['R01 b', 'R01 f', 'R06 d'];

test('finds in pages what one look would find', async () => {
  await seven();
  const id = await fullScan(house, { pageSize: 2 });
  expect(await findings()).toEqual(BROKEN);
  const model = await report(id);
  expect(model.run).toMatchObject({ kind: 'full', state: 'complete', error: null });
  expect(model.totals?.accounts).toEqual({ scanned: 7, clean: 5, drifted: 2, unknown: 0, skipped: 0 });
  expect(model.scan).toMatchObject({ scanned: 7, expected: 7, pages: 4 });
  expect(await rows('select count(*)::int as left from full_scan_suspects')).toEqual([{ left: 0 }]);
});

test('a page that ends with the last account ends the scan', async () => {
  for (const name of ['a', 'b']) await account(name);
  const id = await fullScan(house, { pageSize: 2 });
  expect((await report(id)).totals?.accounts).toMatchObject({ scanned: 2, clean: 2 });
});

test('no account at all is a scan, too', async () => {
  expect((await report(await fullScan(house))).totals?.accounts.scanned).toBe(0);
});

test.each(['before the page is stored', 'after it is stored'])(
  'goes on where it stopped: killed %s',
  async (when) => {
    await seven();
    const runId = await startScan(house);
    let stores = 0;
    const guard = async () => {
      stores += 1;
      if (stores === 3) throw new AppError('overtaken', 'gone', { retryable: false });
    };
    const size = { pageSize: 2 };
    if (when === 'after it is stored') await turn(house, { runId }, { ...size, ...ONE_PAGE });
    else await expect(turn(house, { runId }, { ...size, guard })).rejects.toThrow('gone');
    const [scan] = await rows('select pages, scanned::int from full_scans');
    expect(scan).toEqual(when === 'after it is stored' ? { pages: 1, scanned: 2 } : { pages: 2, scanned: 4 });
    await finish(house, runId, size);
    expect(await findings()).toEqual(BROKEN);
    expect((await report(runId)).totals?.accounts.scanned).toBe(7);
  },
);

test('a fault of our database in the middle counts no page twice', async () => {
  await seven();
  const runId = await startScan(house);
  const broken = async () => {
    throw new AppError('database_unavailable', 'away', { retryable: true });
  };
  for (let time = 0; time < 3; time += 1) {
    await expect(turn(house, { runId }, { pageSize: 3, guard: broken })).rejects.toThrow('away');
    await turn(house, { runId }, { pageSize: 3, ...ONE_PAGE });
  }
  await finish(house, runId, { pageSize: 3 });
  expect((await report(runId)).totals?.accounts.scanned).toBe(7);
});

test('two runners at once count each page once', async () => {
  await seven();
  const runId = await startScan(house);
  await Promise.all([1, 2, 3].map(() => turn(house, { runId }, { pageSize: 1 })));
  await Promise.all([finish(house, runId, { pageSize: 1 }), finish(house, runId, { pageSize: 1 })]);
  expect((await report(runId)).totals?.accounts).toMatchObject({ scanned: 7, drifted: 2 });
  expect(await rows(`select count(*)::int as n from finding_history`)).toEqual([{ n: 3 }]);
});

test('what heals before the second look is no finding', async () => {
  await seven();
  const runId = await startScan(house);
  const outcome = await turn(house, { runId });
  expect(outcome).toEqual({ state: 'again', at: new Date(house.clock.now().getTime() + 120_000) });
  expect(await findings()).toEqual([]);
  await house.finance.pool.query(`update finance.wallets set available = 10 where account_id in ('b', 'f')`);
  await house.finance.pool.query(`update finance.wallets set held = 0 where account_id = 'd'`);
  await house.finance.pool.query(`update finance.ledger_entries set delta_held = 0`);
  await finish(house, runId);
  expect(await findings()).toEqual([]);
  expect((await report(runId)).totals?.accounts).toMatchObject({ clean: 7, drifted: 0 });
});

test('says nothing of accounts that it cannot tell of', async () => {
  await seven();
  await house.reconcile('2026-01-18T00:05:00.000Z');
  await addEntry(house.finance.pool, { account: 'b', available: null, at: '2026-01-17T10:00:00Z' });
  house.clock.advance(60_000);
  const id = await fullScan(house, { pageSize: 2 });
  expect(await findings()).toEqual(BROKEN);
  expect((await report(id)).totals?.accounts).toMatchObject({ unknown: 1, drifted: 1, clean: 5 });
});

const INCOMPLETE = testPolicy((text) => text.replace('ledger_complete: true', 'ledger_complete: false'));

test('wallets without baseline are skipped, and said to be', async () => {
  const strict = await makeHouse(INCOMPLETE, SLOT);
  try {
    await addWallet(strict.finance.pool, { account: 'a', available: '10' });
    await addWallet(strict.finance.pool, { account: 'b', available: '10' });
    await addBaseline(strict.finance.pool, { account: 'b', available: '10', at: '2026-01-01T00:00:00Z' });
    const id = await fullScan(strict, { pageSize: 1 });
    const model = await loadReport(strict.ours.pool, id, INCOMPLETE);
    expect(model?.totals?.accounts).toMatchObject({ scanned: 2, clean: 1, skipped: 1 });
    expect(model?.rulesNotRun).toEqual([{ rule: 'R01', reason: 'no_baseline:1' }]);
    expect(model?.run.state).toBe('complete');
  } finally {
    await strict.drop();
  }
});

test('a rule that broke off makes it partial, and resolves nothing', async () => {
  await seven();
  await house.reconcile('2026-01-18T00:05:00.000Z');
  await house.finance.pool.query(
    `update finance.wallets set available = 10, held = 'NaN' where account_id = 'b'`,
  );
  house.clock.advance(60_000);
  const id = await fullScan(house, { pageSize: 2 });
  const model = await report(id);
  expect(model.run.state).toBe('partial');
  expect(model.rulesNotRun.map(({ reason }) => reason)).toContain('rule_failed');
  expect(await findings('resolved')).toEqual([]);
  expect(house.troubles).toMatchObject([{ id, kind: 'full', state: 'partial' }]);
});

test('is due on Sundays at three, and made up for once', () => {
  const { cron, zone, catchUp, leadMs } = makeFullScanSchedule(policy);
  expect({ cron, zone, catchUp, leadMs }).toEqual({
    cron: '0 3 * * 0',
    zone: 'Europe/Istanbul',
    catchUp: 'last',
    leadMs: 0,
  });
});

test('more suspects than may be stored are unknown, not clean', () => {
  const suspects = ['a', 'b', 'c'].map((accountId) => ({
    tenantId: 'anadolu',
    accountId,
    currency: 'USD',
    drifted: accountId !== 'b',
  }));
  const page: ScannedPage = {
    counts: { scanned: 5, clean: 3, drifted: 2, unknown: 0, skipped: 0 },
    suspects,
    failed: [],
    hasBaselines: true,
    last: null,
    isLast: true,
    expected: null,
  };
  expect(truncatePage(page, 3)).toEqual({ scanned: page, isTruncated: false });
  const { scanned, isTruncated } = truncatePage(page, 1);
  expect(isTruncated).toBe(true);
  expect(scanned.suspects.map(({ accountId }) => accountId)).toEqual(['a']);
  expect(scanned.counts).toEqual({ scanned: 5, clean: 3, drifted: 1, unknown: 1, skipped: 0 });
});

test('a slot is scanned once', async () => {
  await seven();
  await turn(house, { slotAt: SLOT });
  house.clock.advance(120_000);
  for (let time = 0; time < 3; time += 1) await turn(house, { slotAt: SLOT });
  expect(await rows('select kind, state, slot_at is not null as slot from runs')).toEqual([
    { kind: 'full', state: 'complete', slot: true },
  ]);
});

test('its message is rewritten every 30 s at most', async () => {
  for (let index = 0; index < 12; index += 1) await account(`a${index}`);
  const runId = await startScan(house);
  const told = () => house.digests.length;
  expect(told()).toBe(1);
  // Eleven pages within 22 s of our Clock: the first is told, the others are not.
  for (let page = 0; page < 11; page += 1) {
    await turn(house, { runId }, { pageSize: 1, ...ONE_PAGE });
    house.clock.advance(2_000);
  }
  expect(told()).toBe(2);
});
