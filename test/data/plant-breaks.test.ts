import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveUntil } from '../../sandbox/data/live-until.ts';
import { mendBreak } from '../../sandbox/data/mend-break.ts';
import { plantBreaks, readBreaks, type PlantedBreak } from '../../sandbox/data/plant-breaks.ts';
import { readProviderTruth } from '../../sandbox/data/provider-truth.ts';
import { seedFinance } from '../../sandbox/data/seed-finance.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy } from '../../src/policy.ts';
import { scanFinance } from '../../src/reconciliation/scan.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const START = new Date('2026-01-15T08:30:00+03:00');
/** The run before the first digest, and the latest that its look may be: a cooldown is over by then. */
const LOOKS = [new Date('2026-01-15T08:55:00+03:00'), new Date('2026-01-15T09:05:00+03:00')];
const log = makeLog('silent');
const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));

type Line = Pick<PlantedBreak, 'rule' | 'class' | 'action' | 'subject'>;
const lineOf = ({ rule, class: risk, action, subject }: Line): string =>
  `${rule} ${risk} ${action} ${subject.kind} ${subject.id}`;
const cooledDown = (line: string): string => line.replace('R22 LOW wait', 'R23 LOW retry');

describe('planted breaks', () => {
  let database: TestDatabase;
  let finance: Pool;
  beforeAll(async () => {
    database = await createFinanceDatabase();
    finance = makeFinancePool(database.url, { schema: 'finance', log });
    await seedFinance({
      ownerUrl: database.ownerUrl,
      seed: 'lale',
      startAt: START,
      scale: 0.3,
      sliDays: 1,
      log,
    });
  });
  afterAll(async () => {
    await finance.end();
    await database.drop();
  });

  /** Every observation of one whole look, as lines in order. */
  async function look(observedAt: Date): Promise<string[]> {
    const truth = await readProviderTruth(database.pool, observedAt);
    const answers = new Map(
      truth.map(({ attemptId, answer }) => [attemptId, { answer, askedAt: observedAt }]),
    );
    const scan = await scanFinance(finance, {
      policy,
      observedAt,
      volumeDay: '2026-01-14',
      window: { from: null, to: observedAt },
      open: { transactions: [], accounts: [], webhooks: [], ledgerEntries: [] },
      known: { answers, operations: new Map() },
      pastDate: false,
      log,
    });
    return [...scan.drifts, ...scan.observations].map(lineOf).sort();
  }

  it('are the only ones: a clean platform has none', async () => {
    await liveUntil(database.pool, LOOKS[0]!);
    expect(await look(LOOKS[0]!)).toEqual([]);
  });

  it('are found as expected, and nothing else', async () => {
    const planted = (await plantBreaks(database.pool)).map(lineOf);
    await liveUntil(database.pool, LOOKS[0]!);
    expect(await look(LOOKS[0]!)).toEqual(planted.toSorted());
    await liveUntil(database.pool, LOOKS[1]!);
    expect(await look(LOOKS[1]!)).toEqual(planted.map(cooledDown).toSorted());
  });

  it('cover every rule that can be planted, in its classes', async () => {
    const planted = await readBreaks(database.pool);
    const kinds = new Set(planted.map(({ rule, class: risk }) => `${rule} ${risk}`));
    expect([...kinds].sort()).toEqual([
      'R01 HIGH',
      'R02 HIGH',
      'R04 HIGH',
      'R05 HIGH',
      'R06 HIGH',
      'R07 HIGH',
      'R07 MED',
      'R19 LOW',
      'R19 MED',
      'R20 HIGH',
      'R21 HIGH',
      'R21 MED',
      'R22 LOW',
      'R23 HIGH',
      'R23 LOW',
      'R23 MED',
      'R24 HIGH',
      'R24 MED',
      'R25 HIGH',
      'R25 MED',
      'R28 HIGH',
      'R29 HIGH',
    ]);
  });

  it('are planted once', async () => {
    const before = await readBreaks(database.pool);
    expect(await plantBreaks(database.pool)).toEqual(before);
  });

  it('are gone when mended, with their companions', async () => {
    const gone = await mendBreak(database.pool, 'R04:r04-paid-without-burn', LOOKS[1]!);
    expect(gone).toEqual(['R04:r04-paid-without-burn', 'R06:r04-paid-without-burn']);
    expect(await mendBreak(database.pool, gone[0]!, LOOKS[1]!)).toEqual([]);
    const left = await readBreaks(database.pool);
    expect(await look(LOOKS[1]!)).toEqual(left.map(lineOf).map(cooledDown).sort());
  });

  it('leave a clean platform when all are mended', async () => {
    for (const { id } of await readBreaks(database.pool)) await mendBreak(database.pool, id, LOOKS[1]!);
    expect(await look(LOOKS[1]!)).toEqual([]);
  });

  it('are as ever once a day was lived without them', async () => {
    const tomorrow = new Date('2026-01-16T08:55:00+03:00');
    await liveUntil(database.pool, tomorrow);
    expect(await look(tomorrow)).toEqual([]);
  });
});
