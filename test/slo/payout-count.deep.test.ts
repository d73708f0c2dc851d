import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantBreaks } from '../../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { makePayoutSli } from '../../src/slo/finance-source.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { makeCollectGround } from './collect-ground.ts';
import { makePayoutSlo } from './ground.ts';
import { plantPayout } from './payout-rows.ts';

const START = new Date('2026-01-15T05:30:00Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST_HOUR = Math.floor(START.getTime() / HOUR_MS) * HOUR_MS - 30 * DAY_MS;
const HOURS = Array.from({ length: 30 * 24 }, (_, index) => FIRST_HOUR + index * HOUR_MS);
const log = makeLog('silent');

interface Withdrawal {
  state: string;
  requested_at: Date;
  final_at: Date | null;
}
interface Count {
  good: number;
  valid: number;
}

let database: TestDatabase;
let finance: Pool;
let withdrawals: Withdrawal[];

beforeAll(async () => {
  database = await createFinanceDatabase();
  await seedFinance({ ownerUrl: database.ownerUrl, seed: 'lale', startAt: START, scale: 1, sliDays: 1, log });
  await plantBreaks(database.pool);
  await plantRare();
  finance = makeFinancePool(database.url, { schema: 'finance', log });
  const { rows } = await database.pool.query<Withdrawal & { kind: string }>(
    'select kind, state, requested_at, final_at from finance.transactions',
  );
  withdrawals = rows.filter(({ kind }) => kind === 'withdrawal');
}, 180_000);
afterAll(async () => {
  await finance.end();
  await database.drop();
});

/** What the seed has none or few of, spread over the month, some of it on the edges of hours and of the deadline. */
async function plantRare(): Promise<void> {
  for (let index = 0; index < 120; index += 1) {
    const requested = FIRST_HOUR + index * 5 * HOUR_MS + (index % 3) * 1_799_999;
    const after = [DAY_MS - 1, DAY_MS, DAY_MS + 1, 30 * HOUR_MS, 47 * HOUR_MS, HOUR_MS][index % 6] ?? 0;
    const state = ['paid', 'rejected', 'canceled', 'payout_failed', 'approved'][index % 5] ?? 'paid';
    const isOpen = index % 5 > 2;
    await plantPayout(database.pool, {
      state,
      requestedAt: new Date(requested).toISOString(),
      finalAt: isOpen ? null : new Date(Math.min(START.getTime(), requested + after)).toISOString(),
    });
  }
}

/** When somebody who looks at `at` knows that it was good or bad; null: it does not count. */
function verdict(
  { state, requested_at, final_at }: Withdrawal,
  at: number,
): { good: boolean; since: number } | null {
  const deadline = requested_at.getTime() + DAY_MS;
  const over = final_at === null || final_at.getTime() > at ? null : final_at.getTime();
  if (over !== null && over <= deadline) return state === 'paid' ? { good: true, since: over } : null;
  return at > deadline ? { good: false, since: deadline } : null;
}

/** By whole hour, as "good/valid"; hours without any are left out. */
function count(at: number, momentOf: (payout: Withdrawal, since: number) => number): Map<number, string> {
  const counts = new Map<number, Count>();
  for (const payout of withdrawals) {
    const found = verdict(payout, at);
    if (found === null) continue;
    const hour = Math.floor(momentOf(payout, found.since) / HOUR_MS) * HOUR_MS;
    const sum = counts.get(hour) ?? { good: 0, valid: 0 };
    counts.set(hour, { good: sum.good + (found.good ? 1 : 0), valid: sum.valid + 1 });
  }
  return new Map([...counts].map(([hour, { good, valid }]) => [hour, `${good}/${valid}`]));
}
const byRequest = (at: number) => count(at, ({ requested_at }) => requested_at.getTime());
const byDecision = (at: number) => count(at, (_payout, since) => since);

const sumOf = (minutes: readonly Count[]) =>
  minutes.length === 0
    ? undefined
    : `${minutes.reduce((sum, { good }) => sum + good, 0)}/${minutes.reduce((sum, { valid }) => sum + valid, 0)}`;

async function readHour(hour: number, at: number) {
  const { minutes, decided } = await makePayoutSli({ finance, withinHours: 24 }).read({
    from: new Date(hour),
    to: new Date(hour + HOUR_MS),
    at: new Date(at),
  });
  return { event: sumOf(minutes), decided: sumOf(decided ?? []) };
}

describe('payouts of 30 days', () => {
  it('are of every kind', () => {
    const kinds = new Set<string>();
    for (const payout of withdrawals) {
      const { state, requested_at, final_at } = payout;
      const hours = ((final_at ?? START).getTime() - requested_at.getTime()) / HOUR_MS;
      kinds.add(`${final_at === null ? 'open' : state} ${hours <= 24 ? 'in time' : 'late'}`);
    }
    expect([...kinds].toSorted()).toEqual([
      'canceled in time',
      'canceled late',
      'open in time',
      'open late',
      'paid in time',
      'paid late',
      'rejected in time',
      'rejected late',
    ]);
    expect(withdrawals.length).toBeGreaterThan(5_000);
  });

  it('equal an independent count of each hour, seen from today', async () => {
    const [events, decisions] = [byRequest(START.getTime()), byDecision(START.getTime())];
    for (const hour of HOURS)
      expect({ hour, ...(await readHour(hour, START.getTime())) }).toEqual({
        hour,
        event: events.get(hour),
        decided: decisions.get(hour),
      });
  });

  it('equal it seen from the end of each hour', async () => {
    for (const hour of HOURS) {
      const at = hour + HOUR_MS;
      expect({ hour, ...(await readHour(hour, at)) }).toEqual({
        hour,
        event: byRequest(at).get(hour),
        decided: byDecision(at).get(hour),
      });
    }
  });

  it('equal it after they were collected hour by hour', async () => {
    const slo = makePayoutSlo({ windowDays: 1 });
    const ground = await makeCollectGround([slo], new Date(FIRST_HOUR + 20 * DAY_MS).toISOString());
    const deps = { ...ground.deps, sourceOf: () => makePayoutSli({ finance, withinHours: 24 }) };
    for (let hour = 0; hour < 60; hour += 1) {
      while ((await ground.collect(deps)).state === 'again');
      ground.clock.advance(HOUR_MS);
    }
    const at = ground.clock.now().getTime() - HOUR_MS;
    const { rows } = await ground.ours.pool.query<{ basis: string; hour: Date; sum: string }>(
      `select basis, date_trunc('hour', minute, 'UTC') as hour, sum(good) || '/' || sum(valid) as sum
         from slo_minutes group by 1, 2`,
    );
    const wanted = (counts: Map<number, string>) =>
      [...counts].filter(([hour]) => hour >= FIRST_HOUR + 12 * DAY_MS && hour < at);
    for (const [basis, counts] of [
      ['event', byRequest(at)],
      ['decided', byDecision(at)],
    ] as const) {
      const found = rows
        .filter((row) => row.basis === basis)
        .map(({ hour, sum }) => [hour.getTime(), sum] as const);
      expect(new Map(found)).toEqual(new Map(wanted(counts)));
    }
    await ground.ours.drop();
  });
});
