import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { plantBreaks } from '../sandbox/data/plant-breaks.ts';
import { seedFinance } from '../sandbox/data/seed-finance.ts';
import { launchPostgres } from '../sandbox/postgres/launch.ts';
import { SEED, sandboxPolicy, STARTS_AT } from '../sandbox/settings.ts';
import { makePool } from '../src/database/pool.ts';
import { makeFinancePool } from '../src/finance/connect.ts';
import { makeLog } from '../src/log.ts';
import { dryRun } from '../src/reconciliation/dry-run.ts';

/**
 * Time and memory of one reconciliation of everything (the first run's window), by number of transactions:
 * `npm run bench -- 1 10` seeds 20,000 and 200,000 of them; `50:5` is 1,000,000 with five ledger lines a deposit.
 * The second look of R01 is left out, as it waits for two minutes by design.
 */
const log = makeLog('silent');
const at = new Date(STARTS_AT.getTime() + 60_000);

interface Figure {
  scale: string;
  transactions: number;
  entries: number;
  seedSeconds: number;
  firstMs: number;
  secondMs: number;
  peakMegabytes: number;
  breaks: number;
}

async function measure(scale: string): Promise<Figure> {
  const [factor = '1', depositLines] = scale.split(':');
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-bench-'));
  chmodSync(folder, 0o711);
  const postgres = await launchPostgres({
    dataDir: join(folder, 'postgres'),
    superuserPassword: 'bench',
    settings: { fsync: 'off', shared_buffers: '512MB' },
  });
  try {
    const url = postgres.superuserUrl('finance');
    await create(postgres.superuserUrl('postgres'));
    const began = performance.now();
    await seedFinance({
      ownerUrl: url,
      seed: SEED,
      startAt: STARTS_AT,
      scale: Number(factor),
      log,
      ...(depositLines === undefined ? {} : { depositLines: Number(depositLines) }),
    });
    const seedSeconds = Math.round((performance.now() - began) / 1000);
    const owner = makePool(url, { max: 1, applicationName: 'bench', log });
    await plantBreaks(owner);
    const counts = await owner.query<{ transactions: number; entries: number }>(
      `select (select count(*)::int from finance.transactions) as transactions,
              (select count(*)::int from finance.ledger_entries) as entries`,
    );
    await owner.end();
    const finance = makeFinancePool(url, { schema: 'finance', log, statementTimeoutMs: 600_000 });
    const run = () =>
      dryRun({ finance, ours: null, policy: sandboxPolicy(undefined), now: at, date: '2026-01-15', log });
    const first = await run();
    const peak = watchMemory();
    const second = await run();
    const peakMegabytes = peak();
    await finance.end();
    return {
      scale,
      ...counts.rows[0]!,
      seedSeconds,
      firstMs: first.durationMs,
      secondMs: second.durationMs,
      peakMegabytes,
      breaks: second.breaks.length,
    };
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function create(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query('create database finance');
  await client.end();
}

/** The largest resident memory of this process from now until the returned function is called. */
function watchMemory(): () => number {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 10);
  return () => {
    clearInterval(timer);
    return Math.round(peak / 1024 / 1024);
  };
}

const scales = process.argv.slice(2);
const figures: Figure[] = [];
for (const scale of scales.length === 0 ? ['1', '10'] : scales) figures.push(await measure(scale));
console.table(figures);
