import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { makeMinutesSli, makePayoutSli } from '../../src/slo/finance-source.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const stretch = {
  from: new Date('2026-01-15T10:00:00Z'),
  to: new Date('2026-01-15T11:00:00Z'),
  at: new Date('2026-01-15T11:00:20Z'),
};

let database: TestDatabase;
let finance: Pool;
beforeAll(async () => {
  database = await createFinanceDatabase();
  finance = makeFinancePool(database.url, { schema: 'finance', log: makeLog('silent') });
});
afterEach(async () => void (await database.pool.query('truncate finance.sli_minutes')));
afterAll(async () => {
  await finance.end();
  await database.drop();
});

const plant = async (sli: string, time: string, good: number, valid: number) =>
  void (await database.pool.query('insert into finance.sli_minutes values ($1, $2, $3, $4)', [
    sli,
    `2026-01-15T${time}Z`,
    good,
    valid,
  ]));
const source = (limits?: { statementMs?: number; wholeMs?: number }) =>
  makeMinutesSli({ finance, sli: 'api', ...(limits === undefined ? {} : { limits }) });
const faultOf = async (asked: Promise<unknown>) => {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? { code: error.code, retryable: error.retryable } : error;
};

describe('minutes of the contract', () => {
  it('are read in order from the first to before the last', async () => {
    for (const time of ['11:00', '10:59', '10:00', '09:59']) await plant('api', time, 9, 10);
    const reading = await source().read(stretch);
    expect(reading.minutes.map(({ minute }) => minute.toISOString().slice(11, 16))).toEqual([
      '10:00',
      '10:59',
    ]);
    expect(reading).toMatchObject({ decided: null, absent: 'gap', down: [], value: null });
  });

  it('without traffic are told, as a proof of life', async () => {
    await plant('api', '10:07', 0, 0);
    const { minutes } = await source().read(stretch);
    expect(minutes).toEqual([{ minute: new Date('2026-01-15T10:07:00Z'), good: 0, valid: 0 }]);
  });

  it('of other names are left alone', async () => {
    for (const name of ['api_latency', 'apiX', 'xapi', 'webhook', 'api%']) await plant(name, '10:00', 1, 1);
    expect(await source().read(stretch)).toMatchObject({ minutes: [], contributors: [] });
  });

  it('tell who caused the bad events', async () => {
    await plant('api', '10:00', 7, 10);
    await plant('api/withdrawals', '10:00', 3, 5);
    await plant('api/balance', '10:00', 5, 6);
    await plant('api/healthy', '10:00', 5, 5);
    await plant('api/', '10:00', 0, 5);
    const { contributors, minutes } = await source().read(stretch);
    expect(contributors.map(({ name, bad }) => [name, bad])).toEqual([
      ['balance', 1],
      ['withdrawals', 2],
    ]);
    expect(minutes).toHaveLength(1);
  });

  it('that are no whole minutes count for theirs', async () => {
    await plant('api', '10:00:10', 3, 4);
    await plant('api', '10:00:50', 5, 6);
    expect((await source().read(stretch)).minutes).toEqual([{ minute: stretch.from, good: 8, valid: 10 }]);
  });
});

describe('a finance database', () => {
  it('that is locked is unavailable after the time limit', async () => {
    const holder = await database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query('lock table finance.sli_minutes in access exclusive mode');
      const began = performance.now();
      expect(await faultOf(source({ statementMs: 150 }).read(stretch))).toEqual({
        code: 'sli_unavailable',
        retryable: true,
      });
      expect(performance.now() - began).toBeLessThan(2_000);
    } finally {
      await holder.query('rollback');
      holder.release();
    }
  });

  it('that says nothing at all is unavailable', async () => {
    expect(await faultOf(source({ wholeMs: 0 }).read(stretch))).toEqual({
      code: 'sli_unavailable',
      retryable: true,
    });
  });

  it('that is away is unavailable', async () => {
    const nowhere = makeFinancePool('postgresql://nobody@127.0.0.1:1/none', {
      schema: 'finance',
      log: makeLog('silent'),
    });
    const payouts = makePayoutSli({ finance: nowhere, withinHours: 24 });
    expect(await faultOf(payouts.read(stretch))).toEqual({ code: 'sli_unavailable', retryable: true });
    await nowhere.end();
  });

  it('without the view refuses', async () => {
    const elsewhere = makeFinancePool(database.url, { schema: 'public', log: makeLog('silent') });
    const minutes = makeMinutesSli({ finance: elsewhere, sli: 'api' });
    expect(await faultOf(minutes.read(stretch))).toEqual({ code: 'sli_refused', retryable: false });
    await elsewhere.end();
  });
});
