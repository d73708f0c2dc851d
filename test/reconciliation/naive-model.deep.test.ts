import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTHING_KNOWN } from '../../src/operations/retry-facts.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { NOTHING_OPEN } from '../../src/reconciliation/open-subjects.ts';
import { scanFinance } from '../../src/reconciliation/scan.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { log, testPolicy } from './harness.ts';
import { drawn, inItsWallet, writeBook } from './books.ts';
import { expectedBreaks } from './naive-model.ts';

let finance: TestDatabase;
let reader: Pool;

beforeAll(async () => {
  finance = await createFinanceDatabase();
  reader = makeFinancePool(finance.url, { schema: 'finance', log });
});
afterAll(async () => {
  await reader.end();
  await finance.drop();
});

async function seenBreaks(from: Date | null): Promise<string[]> {
  const scan = await scanFinance(reader, {
    policy: testPolicy(),
    observedAt: new Date('2026-01-15T06:00:00Z'),
    volumeDay: '2026-01-14',
    window: { from, to: null },
    open: NOTHING_OPEN,
    known: NOTHING_KNOWN,
    pastDate: false,
    log,
  });
  expect(Object.fromEntries(scan.notRun)).not.toHaveProperty('R06');
  return [...scan.drifts, ...scan.observations]
    .filter(({ rule }) => /^R(0\d|28|29)$/.test(rule))
    .map(({ rule, class: risk, tenantId, subject, currency, amountMinor }) =>
      [rule, risk, tenantId, subject.id, currency, amountMinor].join(' '),
    )
    .toSorted();
}

test('rules agree with a model that goes row by row', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn.map(inItsWallet), async (rows) => {
      await writeBook(finance.pool, rows);
      const expected = expectedBreaks(rows);
      expect(await seenBreaks(null)).toEqual(expected);
      // A window that everything changed in finds the same.
      expect(await seenBreaks(new Date('2026-01-14T09:00:00Z'))).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});
