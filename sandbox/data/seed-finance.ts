import pg from 'pg';
import type { Queryable } from '../../src/database/pool.ts';
import { CONTRACT_VIEW_NAMES as TABLES } from '../../src/finance/contract.ts';
import type { Log } from '../../src/log.ts';
import { makeBook, type Happened, type Wallet } from './book.ts';
import { makeEngine } from './engine.ts';
import { writeProviders, writeRates } from './reference-data.ts';
import { birthsBetween } from './rhythm.ts';
import { addToWallets, writeAccounts, writeBaselines, writeHappened } from './rows.ts';
import { prepareFinance } from './sandbox-schema.ts';
import { writeSliMinutes } from './sli-minutes.ts';
import {
  accountAt,
  accountCount,
  DAY_MS,
  HISTORY_DAYS,
  historyStart,
  minorFromDrawnUsd,
  type Account,
  type World,
} from './world.ts';

export interface SeedOptions {
  /** The owner of the finance database. */
  ownerUrl: string;
  seed: string;
  /** The moment the sandbox's clock starts; 30 days of data lie before it. */
  startAt: Date;
  /** 1 is about 20,000 payments of 2,000 accounts. */
  scale: number;
  log: Log;
  /** A login that may read the contract's tables. */
  reader?: string;
  /** How many of the 30 days have minutes of service levels: most rows of a small database are these. */
  sliDays?: number;
  /** Ledger entries of a completed deposit: 1 gives about 3 entries a payment, 5 gives 5. */
  depositLines?: number;
}

/** Rows are written in bites of this many ledger entries, so that memory stays flat at any scale. */
const BITE = 20_000;
/** Baselines in the middle of the data are taken this long after its beginning. */
const MIDDLE_DAYS = 12;

/**
 * Fills an empty finance database with 30 days of a believable platform, by running it: ledger and wallets agree by
 * construction. Everything follows from seed, start and scale. One transaction: a killed seeding leaves nothing, and
 * a database that was seeded before is left as it is. Returns whether it wrote, and how many payments.
 */
export async function seedFinance(options: SeedOptions): Promise<{ seeded: boolean; payments: number }> {
  const client = new pg.Client({ connectionString: options.ownerUrl, options: '-c timezone=UTC' });
  await client.connect();
  try {
    await client.query('begin');
    await prepareFinance(client, options.reader ?? null);
    const { rowCount } = await client.query('select from sandbox.life');
    const world = { seed: options.seed, scale: options.scale, startAt: options.startAt.getTime() };
    const payments = rowCount === 0 ? await fill(client, world, options) : 0;
    await client.query('commit');
    // Plans and index-only scans need what autovacuum would find out in a minute or two.
    if (payments > 0)
      await client.query(`vacuum (analyze) ${TABLES.map((table) => `finance.${table}`).join(', ')}`);
    return { seeded: rowCount === 0, payments };
  } finally {
    await client.end();
  }
}

async function fill(
  db: Queryable,
  world: World,
  { log, sliDays = HISTORY_DAYS, depositLines }: SeedOptions,
): Promise<number> {
  const from = historyStart(world);
  const indexes = await dropIndexes(db);
  const wallets = await openAccounts(db, world);
  const book = makeBook(world.seed, depositLines);
  const engine = makeEngine(world.seed, book);
  for (const { wallet } of wallets) book.addWallet(wallet);

  let payments = 0;
  const flush = async (happened: Happened): Promise<void> => {
    payments += happened.payments.length;
    await writeHappened(db, happened);
  };
  const middle = from + MIDDLE_DAYS * DAY_MS + 137;
  const runTo = async (after: number, to: number): Promise<void> => {
    for (const births of birthsBetween(world, after, to)) {
      engine.run(births, births.at(-1)?.at ?? after);
      if (book.waiting() >= BITE) {
        await flush(book.take('closed'));
        log.debug({ payments }, 'seeding the finance database');
      }
    }
    engine.run([], to);
  };
  await runTo(from, middle);
  const taken = wallets.filter(({ account }) => account.baseline === 'middle');
  await writeBaselines(
    db,
    taken.map(({ wallet }) => ({ ...wallet, updatedAt: middle })),
  );
  await runTo(middle, world.startAt);
  await flush(book.take('all'));
  await addToWallets(
    db,
    wallets.map(({ wallet }) => wallet),
  );

  await writeProviders(db);
  await writeRates(db, world, from - DAY_MS, world.startAt);
  await writeSliMinutes(db, world, world.startAt - sliDays * DAY_MS, world.startAt);
  for (const definition of indexes) await db.query(definition);
  await db.query(`insert into sandbox.life (seed, scale, started_at, lived_until) values ($1, $2, $3, $3)`, [
    world.seed,
    world.scale,
    new Date(world.startAt),
  ]);
  return payments;
}

/** Accounts, their wallets and the baselines from before all data. */
async function openAccounts(db: Queryable, world: World): Promise<{ account: Account; wallet: Wallet }[]> {
  const from = historyStart(world);
  const accounts = Array.from({ length: accountCount(world) }, (_, index) => accountAt(world, index));
  await writeAccounts(db, accounts);
  const wallets = accounts.flatMap((account) =>
    account.currencies.map((currency, index) => {
      const wallet = emptyWallet(account, currency, from);
      if (index === 0 && account.opening > 0) wallet.available = minorFromDrawnUsd(account.opening, currency);
      return { account, wallet };
    }),
  );
  const early = wallets.filter(({ account }) => account.baseline === 'start');
  await writeBaselines(
    db,
    early.map(({ wallet }) => wallet),
  );
  return wallets;
}

function emptyWallet(account: Account, currency: string, at: number): Wallet {
  const { tenantId, accountId } = account;
  return { tenantId, accountId, currency, available: 0n, held: 0n, updatedAt: at };
}

/** Building an index once is cheaper than keeping it through a million inserts; returns how to make them again. */
async function dropIndexes(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i
       join pg_class c on c.oid = i.indexrelid
       join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'finance' and not i.indisprimary
      order by 1`,
  );
  for (const { name } of rows) await db.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}
