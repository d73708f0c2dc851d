import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, inItsWallet, writeBook } from './books.ts';
import { makeHouse, testPolicy, type House } from './harness.ts';
import { expectedBreaks, type Book } from './naive-model.ts';
import { fullScan } from './scanning.ts';

/** Each costs some 120 ms; the deep suite draws more. */
const RUNS = process.env['MUTABIK_DEEP'] === undefined ? 10 : 150;
let house: House;

beforeAll(async () => {
  house = await makeHouse(testPolicy(), '2026-01-15T06:00:00Z');
});
afterAll(() => house.drop());

async function found(): Promise<string[]> {
  const { rows } = await house.ours.pool.query<Record<string, string>>(
    `select rule, class, tenant_id, subject_id, currency, amount_minor from findings where state = 'open'`,
  );
  return rows.map((row) => Object.values(row).join(' ')).toSorted();
}

async function forget(): Promise<void> {
  for (const table of ['run_findings', 'finding_history', 'findings'])
    await house.ours.pool.query(`delete from ${table}`);
}

const ofWallets = (book: Book) => expectedBreaks(book).filter((line) => /^R0[167] /.test(line));

/** Nothing is known of a wallet with an entry that nobody can read: what was found there before stays. */
function isUnknown(line: string, { entries }: Book): boolean {
  return entries.some(
    ({ place, available, held }) =>
      (available === null || held === null) &&
      line.startsWith(`R01 HIGH ${place.tenant} ${place.account} ${place.currency} `),
  );
}

const book = drawn.map(inItsWallet);
test('a scan in pages finds and resolves what one look would', async () => {
  await fc.assert(
    fc.asyncProperty(book, book, fc.integer({ min: 1, max: 4 }), async (first, second, pageSize) => {
      await forget();
      const expected: string[] = [];
      for (const drawnBook of [first, second]) {
        await writeBook(house.finance.pool, drawnBook);
        house.clock.advance(60_000);
        await fullScan(house, { pageSize });
        const kept = expected.filter((line) => isUnknown(line, drawnBook));
        expected.splice(0, Infinity, ...[...kept, ...ofWallets(drawnBook)].toSorted());
        expect(await found()).toEqual(expected);
      }
    }),
    { numRuns: RUNS },
  );
});
