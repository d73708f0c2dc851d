import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { mendBreak } from '../../sandbox/data/mend-break.ts';
import { plantBreaks, readBreaks } from '../../sandbox/data/plant-breaks.ts';
import { readProviderTruth } from '../../sandbox/data/provider-truth.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import { loadDigest } from '../../src/reconciliation/load-digest.ts';
import type { RunId } from '../../src/ids.ts';
import { log, makeHouse, testPolicy, type House } from './harness.ts';

const START = '2026-01-15T08:30:00+03:00';
// A fifth of the volume, with all the breaks: R30 would be right to speak.
const policy = testPolicy((text) => text.replace('share_of_volume: "0.001"', 'share_of_volume: "0.05"'));
let house: House;

beforeAll(async () => {
  house = await makeHouse(policy, '2026-01-15T08:55:00+03:00');
  await seedFinance({
    ownerUrl: house.finance.ownerUrl,
    seed: 'planted',
    startAt: new Date(START),
    scale: 0.2,
    sliDays: 1,
    log,
    reader: 'finance_reader',
  });
});
afterAll(() => house.drop());

async function found(): Promise<string[]> {
  const { rows } = await house.ours.pool.query<Record<string, string>>(
    `select rule, class, action, subject_kind, subject_id from findings where state = 'open'`,
  );
  return rows
    .map(
      (row) => `${row['rule']} ${row['class']} ${row['action']} ${row['subject_kind']}:${row['subject_id']}`,
    )
    .toSorted();
}

/** What must be found; the one whose cooldown runs at the first look is safe to retry from the next one on. */
async function planted(look: 'first' | 'later'): Promise<string[]> {
  const breaks = await readBreaks(house.finance.pool);
  return breaks
    .map((known) =>
      look === 'later' && known.rule === 'R22' ? { ...known, rule: 'R23', action: 'retry' as const } : known,
    )
    .map(
      ({ rule, class: risk, action, subject }) => `${rule} ${risk} ${action} ${subject.kind}:${subject.id}`,
    )
    .toSorted();
}

/** The platform lives on up to the clock, providers are asked about every attempt, and the slot's run looks at it. */
async function reconcile(at: string, slot: string): Promise<string> {
  house.clock.set(at);
  const now = house.clock.now();
  await liveUntil(house.finance.pool, now);
  for (const { attemptId, transactionId, tenantId, provider, providerRef, answer } of await readProviderTruth(
    house.finance.pool,
    now,
  ))
    await house.ours.pool.query(
      `insert into provider_answers (attempt_id, transaction_id, tenant_id, provider, provider_ref, answer, asked_at)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [attemptId, transactionId, tenantId, provider, providerRef, answer, now],
    );
  return await house.reconcile(slot);
}

test('clean data has no finding', async () => {
  const runId = await reconcile('2026-01-15T08:50:00+03:00', '2026-01-15T09:00:00+03:00');
  expect(await found()).toEqual([]);
  const digest = await loadDigest(house.ours.pool, runId as RunId, policy);
  expect(digest?.run.state).toBe('complete');
  expect(digest?.rulesNotRun).toEqual([]);
  const accounts = digest?.totals?.accounts;
  expect(accounts?.scanned).toBeGreaterThan(400);
  expect(accounts?.clean).toBe(accounts?.scanned);
});

test('every planted break is found, nothing else', async () => {
  await plantBreaks(house.finance.pool);
  // A first run again: planted changes are dated before the run that looked at clean data.
  await house.ours.pool.query(`update runs set state = 'failed'`);
  const runId = await reconcile('2026-01-15T08:55:00+03:00', '2026-01-15T09:01:00+03:00');
  expect(await found()).toEqual(await planted('first'));
  const digest = await loadDigest(house.ours.pool, runId as RunId, policy);
  expect(digest?.run.state).toBe('complete');
  expect(digest?.totals?.appearances).toEqual({
    new: (await planted('first')).length,
    carried: 0,
    reopened: 0,
    resolved: 0,
  });
});

test('a second run changes only what time has changed', async () => {
  const before = await history();
  const runId = await reconcile('2026-01-15T09:06:00+03:00', '2026-01-15T09:11:00+03:00');
  expect(await found()).toEqual(await planted('later'));
  // Its cooldown is over.
  expect(await history()).toBe(before + 1);
  const digest = await loadDigest(house.ours.pool, runId as RunId, policy);
  expect(digest?.totals?.appearances).toMatchObject({
    new: 0,
    carried: (await planted('later')).length,
    resolved: 0,
  });
});

test('a run resolves exactly what was mended', async () => {
  const breaks = await readBreaks(house.finance.pool);
  const mended = ['R01', 'R02', 'R04', 'R06', 'R20', 'R23', 'R24', 'R25', 'R28'];
  for (const rule of mended) {
    const one = breaks.find((planted) => planted.rule === rule);
    expect(one, rule).toBeDefined();
    await mendBreak(house.finance.pool, one?.id ?? '', house.clock.now());
  }
  const left = await planted('later');
  const runId = await reconcile('2026-01-15T09:16:00+03:00', '2026-01-15T09:21:00+03:00');
  expect(await found()).toEqual(left);
  const digest = await loadDigest(house.ours.pool, runId as RunId, policy);
  expect(digest?.totals?.appearances).toEqual({
    new: 0,
    carried: left.length,
    reopened: 0,
    resolved: breaks.length - left.length,
  });
});

async function history(): Promise<number> {
  const { rows } = await house.ours.pool.query<{ count: number }>(
    `select count(*)::int as count from finding_history where rule <> 'R26'`,
  );
  return rows[0]?.count ?? 0;
}
