import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import { makePayoutSli } from '../../src/slo/finance-source.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { plantAttempt, plantPayout } from './payout-rows.ts';

const REQUESTED = '2026-01-14T10:00:30.000Z';
const DEADLINE = '2026-01-15T10:00:30.000Z';
const JUST_PAST = '2026-01-15T10:00:30.001Z';
const LATER = '2026-01-15T18:20:00.000Z';
const NEXT_DAY = '2026-01-16T09:00:00.000Z';

let database: TestDatabase;
let finance: Pool;
beforeAll(async () => {
  database = await createFinanceDatabase();
  finance = makeFinancePool(database.url, { schema: 'finance', log: makeLog('silent') });
});
afterEach(async () => {
  await database.pool.query('truncate finance.transactions, finance.payout_attempts');
});
afterAll(async () => {
  await finance.end();
  await database.drop();
});

const read = async (at: string, stretch: { from?: string; to?: string } = {}) =>
  await makePayoutSli({ finance, withinHours: 24 }).read({
    from: new Date(stretch.from ?? '2026-01-13T00:00:00Z'),
    to: new Date(stretch.to ?? '2026-01-17T00:00:00Z'),
    at: new Date(at),
  });

/** As "minute good/valid". */
const told = (minutes: readonly { minute: Date; good: number; valid: number }[] | null) =>
  minutes?.map(({ minute, good, valid }) => `${minute.toISOString().slice(5, 16)} ${good}/${valid}`);

const GOOD = { event: ['01-14T10:00 1/1'], decided: (at: string) => [`${at.slice(5, 16)} 1/1`] };
const BAD = { event: ['01-14T10:00 0/1'], decided: ['01-15T10:00 0/1'] };

describe('a payout', () => {
  it.each([
    ['in an hour', '2026-01-14T11:30:00.000Z', NEXT_DAY],
    ['in the minute of its request', '2026-01-14T10:00:31.000Z', NEXT_DAY],
    ['at its deadline', DEADLINE, NEXT_DAY],
    ['at the moment of looking', LATER.replace('15', '14'), LATER.replace('15', '14')],
  ])('that is paid %s is good from then on', async (_when, finalAt, at) => {
    await plantPayout(database.pool, { state: 'paid', requestedAt: REQUESTED, finalAt });
    const reading = await read(at);
    expect(told(reading.minutes)).toEqual(GOOD.event);
    expect(told(reading.decided)).toEqual(GOOD.decided(finalAt));
    expect(reading.contributors).toEqual([]);
  });

  it.each([
    ['paid a millisecond late', 'paid', JUST_PAST, NEXT_DAY],
    ['paid hours late', 'paid', LATER, NEXT_DAY],
    ['rejected too late', 'rejected', JUST_PAST, NEXT_DAY],
    ['canceled too late', 'canceled', LATER, NEXT_DAY],
    ['paid later than one looks', 'paid', NEXT_DAY, LATER],
    ['rejected later than one looks', 'rejected', NEXT_DAY, LATER],
    ['requested', 'requested', null, JUST_PAST],
    ['approved', 'approved', null, NEXT_DAY],
    ['pending', 'payout_pending', null, NEXT_DAY],
    ['submitted', 'payout_submitted', null, NEXT_DAY],
    ['processing', 'processing', null, NEXT_DAY],
    ['failed', 'payout_failed', null, NEXT_DAY],
  ])('that is %s is bad from its deadline on', async (_what, state, finalAt, at) => {
    await plantPayout(database.pool, { state, requestedAt: REQUESTED, finalAt });
    const reading = await read(at);
    expect(told(reading.minutes)).toEqual(BAD.event);
    expect(told(reading.decided)).toEqual(BAD.decided);
  });

  it.each([
    ['open and young', 'processing', null, LATER.replace('15', '14')],
    ['open at its deadline', 'processing', null, DEADLINE],
    ['failed and young', 'payout_failed', null, LATER.replace('15', '14')],
    ['rejected in time', 'rejected', '2026-01-14T12:00:00.000Z', NEXT_DAY],
    ['canceled in time', 'canceled', '2026-01-14T10:00:30.000Z', NEXT_DAY],
    ['rejected at its deadline', 'rejected', DEADLINE, NEXT_DAY],
    ['paid after one looks', 'paid', DEADLINE, LATER.replace('15', '14')],
  ])('that is %s is left out', async (_what, state, finalAt, at) => {
    await plantPayout(database.pool, { state, requestedAt: REQUESTED, finalAt });
    const reading = await read(at);
    expect([told(reading.minutes), told(reading.decided)]).toEqual([[], []]);
  });

  it('of another kind is none', async () => {
    await plantPayout(database.pool, { kind: 'refund', state: 'completed', requestedAt: REQUESTED });
    expect((await read(NEXT_DAY)).minutes).toEqual([]);
  });
});

describe('a stretch of payouts', () => {
  it('begins with its first minute and ends before its last', async () => {
    for (const requestedAt of [
      '2026-01-14T09:59:59.999Z',
      '2026-01-14T10:00:00.000Z',
      '2026-01-14T10:59:59.999Z',
    ])
      await plantPayout(database.pool, { state: 'paid', requestedAt, finalAt: requestedAt });
    await plantPayout(database.pool, {
      state: 'paid',
      requestedAt: '2026-01-14T11:00:00.000Z',
      finalAt: '2026-01-14T11:00:00.000Z',
    });
    const hour = { from: '2026-01-14T10:00:00Z', to: '2026-01-14T11:00:00Z' };
    const reading = await read(NEXT_DAY, hour);
    expect(told(reading.minutes)).toEqual(['01-14T10:00 1/1', '01-14T10:59 1/1']);
    expect(told(reading.decided)).toEqual(['01-14T10:00 1/1', '01-14T10:59 1/1']);
  });

  it('has the bad ones that were asked for a day before', async () => {
    await plantPayout(database.pool, { state: 'processing', requestedAt: REQUESTED });
    const reading = await read(NEXT_DAY, { from: '2026-01-15T10:00:00Z', to: '2026-01-15T10:01:00Z' });
    expect([told(reading.minutes), told(reading.decided)]).toEqual([[], BAD.decided]);
  });

  it('names the providers of bad ones at their deadlines', async () => {
    const requestedAt = REQUESTED;
    await plantPayout(database.pool, { state: 'processing', requestedAt, provider: 'atlas-bank' });
    await plantPayout(database.pool, { state: 'paid', requestedAt, finalAt: LATER, provider: 'atlas-bank' });
    await plantPayout(database.pool, {
      state: 'paid',
      requestedAt,
      finalAt: DEADLINE,
      provider: 'mavi-wire',
    });
    await plantPayout(database.pool, { state: 'approved', requestedAt });
    const retried = await plantPayout(database.pool, { state: 'payout_failed', requestedAt });
    await plantAttempt(database.pool, {
      transactionId: retried,
      provider: 'mavi-wire',
      createdAt: REQUESTED,
    });
    await plantAttempt(database.pool, { transactionId: retried, provider: 'kuzey-pay', createdAt: LATER });
    const { contributors, decided } = await read(NEXT_DAY);
    expect(contributors.map(({ minute, name, bad }) => [minute.toISOString(), name, bad])).toEqual([
      ['2026-01-15T10:00:00.000Z', 'atlas-bank', 2],
      ['2026-01-15T10:00:00.000Z', 'kuzey-pay', 1],
    ]);
    expect(told(decided)).toEqual(['01-15T10:00 1/5']);
  });

  it('of which nothing is there had nothing', async () => {
    const reading = await read(NEXT_DAY);
    expect(reading).toMatchObject({ minutes: [], decided: [], absent: 'zero', down: [] });
  });
});
