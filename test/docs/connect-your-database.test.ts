import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NOTHING_KNOWN } from '../../src/operations/retry-facts.ts';
import type { Pool } from '../../src/database/pool.ts';
import { diagnoseFinance } from '../../src/doctor/finance.ts';
import { formatDiagnoses } from '../../src/doctor/types.ts';
import { checkContract } from '../../src/finance/check-contract.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { ContractReport } from '../../src/finance/contract-report.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy } from '../../src/policy.ts';
import { dryRun, type DryRun } from '../../src/reconciliation/dry-run.ts';
import { formatDryRun } from '../../src/reconciliation/dry-run-table.ts';
import { NOTHING_OPEN } from '../../src/reconciliation/open-subjects.ts';
import { scanFinance } from '../../src/reconciliation/scan.ts';
import { fillPlatform, readFullScans } from './fill-platform.ts';
import { block, followPage, withPageNames, type MappedDatabase, type Mistake } from './mapping-page.ts';

const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
const log = makeLog('silent');
const NOW = new Date('2026-01-15T05:30:00Z');
/** What is wrong in the page's rows: rule, subject, minor units. */
const PLANTED = ['R01 5 2500', 'R20 113 4000'];

let database: MappedDatabase;
/** One connection: what it counted can be asked of it. */
let reader: Pool;

async function follow(mistake?: Mistake): Promise<void> {
  database = await followPage(mistake);
  reader = makeFinancePool(database.readerUrl, { schema: 'finance', log, max: 1 });
}
async function leave(): Promise<void> {
  await reader.end();
  await database.drop();
}

const check = (): Promise<ContractReport> => checkContract(reader, 'finance', policy);
const reconcile = (): Promise<DryRun> =>
  dryRun({ finance: reader, ours: null, policy, now: NOW, date: '2026-01-15', log });
const found = (run: DryRun): string[] =>
  run.breaks.map(({ rule, subject, amountMinor }) => `${rule} ${subject.id} ${amountMinor}`).toSorted();

describe('the page as it stands', () => {
  beforeAll(() => follow());
  afterAll(leave);

  test('makes the doctor green, in the words it shows', async () => {
    const { screen, healthy } = formatDiagnoses(diagnoseFinance(await check()));
    expect(healthy).toBe(true);
    expect(withPageNames(screen)).toBe(`${block('doctor')}\nAll is well.\n`);
  });

  test('finds what is planted and nothing else', async () => {
    const run = await reconcile();
    expect(found(run)).toEqual(PLANTED);
    expect(run.partial).toBe(false);
    const timeless = (text: string) => text.replace(/\. \d+ ms\.$/m, '.');
    expect(timeless(formatDryRun(run, 'USD'))).toBe(timeless(block('dry-run')));
  });

  test('a time cast to a zone can’t be indexed', async () => {
    const cast = block('indexes').replaceAll(/\((\w+_at) at time zone 'UTC'\)/g, '($1::timestamptz)');
    await expect(database.pool.query(cast)).rejects.toThrow(/must be marked IMMUTABLE/);
  });

  test('hides no part of a minor unit by rounding', async () => {
    const ask = async () => (await database.pool.query(block('check'))).rows;
    expect(await ask()).toEqual([{ not_whole: '0', not_double: '0' }]);
    await database.pool.query(
      `update wallet.entry set amount = amount + case type when 'IN' then 0.004 else 0.01 end where id in (7, 8)`,
    );
    expect(await ask()).toEqual([{ not_whole: '1', not_double: '1' }]);
  });
});

describe('a mistake in the mapping shows', () => {
  afterEach(leave);

  test.each<[string, Mistake, string[]]>([
    [
      'a hold taken as it stands',
      { block: 'mapping', from: /0\.5/g, to: '1' },
      ['R01 1 100000000', 'R01 2 10015'],
    ],
    ['a currency with too few decimals', { block: 'mapping', from: /3 end/g, to: '2 end' }, ['R01 4 10']],
    ['floats cut instead of rounded', { block: 'mapping', from: 'round(', to: 'trunc(' }, ['R01 1 1']],
    ['the wrong zone', { block: 'views', from: "'UTC'", to: "'Europe/Istanbul'" }, ['R20 104 10015']],
    [
      'what is held counted as available',
      { block: 'views', from: ' - finance.exact(reserved, currency::text)', to: '' },
      ['R01 2 10015'],
    ],
    [
      'an effect that is missing',
      { block: 'mapping', from: "('IN',      'PENDING', 0,    0),", to: '' },
      ['R25 10 null'],
    ],
  ])('%s', async (_title, mistake, more) => {
    await follow(mistake);
    expect(found(await reconcile())).toEqual(expect.arrayContaining(more));
  });

  test.each<[string, Mistake]>([
    [
      'any change of a row',
      { block: 'views', from: /coalesce\(\(select max[\s\S]*?\), p\.created_at\)/g, to: 'p.changed_at' },
    ],
    [
      'any row of the audit table',
      { block: 'views', from: " and l.field in ('status', 'payout_status')", to: '' },
    ],
  ])('a state as young as %s', async (_title, mistake) => {
    await follow(mistake);
    expect(found(await reconcile())).toEqual(PLANTED.filter((each) => each.startsWith('R01')));
  });

  test.each<[string, Mistake, RegExp]>([
    [
      'what float sums leave behind',
      { block: 'mapping', from: 'round(amount::numeric, case', to: 'amount::numeric + 0 * (case' },
      /wallets\.available has more decimals than its currency/,
    ],
    [
      'a pair of columns without a state',
      { block: 'mapping', from: /when status = 'APPROVED' and payout_status = 'QUEUED' .*/g, to: '' },
      /transactions\.state is null/,
    ],
    [
      'a time that does not say its zone',
      { block: 'views', from: "p.changed_at at time zone 'UTC'  ", to: 'p.changed_at' },
      /updated_at is timestamp and must be timestamptz/,
    ],
  ])('the doctor sees %s', async (_title, mistake, said) => {
    await follow(mistake);
    const { ok, lines } = await check();
    expect(ok).toBe(false);
    expect(lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(said));
  });
});

describe('with 50,000 payments', () => {
  beforeAll(async () => {
    await follow();
    await fillPlatform(database.pool);
  });
  afterAll(leave);

  test('what is looked for is found by index', async () => {
    const day = `>= '2026-01-14 05:30+00'`;
    const questions = [
      block('explain').replace(/^explain/, ''),
      `select * from finance.transactions where id = any (array['1001', '1002'])`,
      `select * from finance.transactions where state = 'payout_failed' or state in ('processing') and state_since ${day}`,
      `select * from finance.transactions where (tenant_id, account_id, currency) = ('anadolu', '1007', 'TRY')`,
      `select * from finance.transactions where created_at ${day}`,
      `select * from finance.payout_attempts where updated_at ${day}`,
      `select * from finance.payout_attempts where transaction_id = '1001'`,
      `select * from finance.payout_attempts where status in ('pending', 'submitted', 'unknown')`,
      `select * from finance.ledger_entries where created_at ${day} or id = any (array['1001'])`,
      `select * from finance.ledger_entries where transaction_id = '1001'`,
      `select * from finance.ledger_entries where (tenant_id, account_id, currency) = ('anadolu', '1007', 'TRY')`,
      `select * from finance.wallets where updated_at ${day}`,
      `select * from finance.wallets where (tenant_id, account_id, currency) = ('anadolu', '1007', 'TRY')`,
    ];
    const full: string[] = [];
    for (const question of questions) {
      const { rows } = await database.pool.query(`explain ${question}`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      if (/Seq Scan on (payment|payment_log|payout_try|entry|balance)\b/.test(plan)) full.push(plan);
    }
    expect(full).toEqual([]);
  });

  test('a day’s rules read the ledger nowhere whole', async () => {
    const before = await readFullScans(database.pool, reader);
    const scan = await scanFinance(reader, {
      policy,
      observedAt: NOW,
      volumeDay: '2026-01-14',
      window: { from: new Date('2026-01-14T05:30:00Z'), to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
      pastDate: false,
      log,
    });
    const after = await readFullScans(database.pool, reader);
    expect(scan.accounts).toMatchObject({ scanned: 253, drifted: 1, clean: 252 });
    expect({ entry: after['entry'], log: after['payment_log'] }).toEqual({
      entry: before['entry'],
      log: before['payment_log'],
    });
  });

  test('the whole still agrees but for what is planted', async () => {
    expect(found(await reconcile())).toEqual(PLANTED);
  });
});
