import { withTransaction, type Pool, type Queryable } from '../../src/database/pool.ts';
import { parseMoney } from '../../src/money.ts';
import { makeBook, walletKey, type Wallet, type WalletOwner } from './book.ts';
import { makeEngine } from './engine.ts';
import { runAgenda } from './hand-made-life.ts';
import { loadUnfinished } from './load-payments.ts';
import { writeRates } from './reference-data.ts';
import { birthsBetween, type Birth } from './rhythm.ts';
import { addToWallets, writeHappened } from './rows.ts';
import { LONGEST_SCRIPT_MS } from './script.ts';
import { writeNewSliMinutes } from './sli-minutes.ts';

export interface Lived {
  /** Null when there was nothing to live: not seeded, or already lived until then. */
  from: Date | null;
  payments: number;
}

/**
 * The platform lives on until `to`: new payments, and what happens to those on their way, in one transaction. Goes on
 * from where it stopped (sandbox.life), so calling it twice, from two processes, or after a crash changes nothing.
 * Call it before anything that reads the finance database at `to`: a payout that was in flight is settled by then.
 */
export async function liveUntil(pool: Pool, to: Date): Promise<Lived> {
  return await withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ seed: string; scale: number; started_at: Date; lived_until: Date }>(
      'select seed, scale, started_at, lived_until from sandbox.life for update',
    );
    const life = rows[0];
    if (life === undefined) return { from: null, payments: 0 };
    await runAgenda(db, life.seed, to);
    if (life.lived_until >= to) return { from: null, payments: 0 };
    const world = { seed: life.seed, scale: life.scale, startAt: life.started_at.getTime() };
    const [from, until] = [life.lived_until.getTime(), to.getTime()];

    const births = [...birthsBetween(world, from, until)].flat();
    const unfinished = await loadUnfinished(db, new Date(from), new Date(from - LONGEST_SCRIPT_MS));
    const book = makeBook(world.seed);
    const engine = makeEngine(world.seed, book);
    const before = await loadWallets(db, [...births.map(ownerOf), ...unfinished]);
    for (const wallet of before.values()) book.addWallet({ ...wallet });
    for (const payment of unfinished) engine.resume(payment, from);
    engine.run(births, until);

    const happened = book.take('all');
    await writeHappened(db, happened);
    await addToWallets(
      db,
      [...book.touched()].map((wallet) => changeOf(wallet, before)),
    );
    await writeRates(db, world, from, until);
    await writeNewSliMinutes(db, world, from, until);
    await db.query('update sandbox.life set lived_until = $1', [to]);
    return { from: life.lived_until, payments: happened.payments.length };
  });
}

const ownerOf = (birth: Birth): WalletOwner => ({ ...birth.account, currency: birth.currency });

/** Written as a change, so that what the platform's API did to the wallet meanwhile stays. */
function changeOf(wallet: Wallet, before: ReadonlyMap<string, Wallet>): Wallet {
  const old = before.get(walletKey(wallet));
  return {
    ...wallet,
    available: wallet.available - (old?.available ?? 0n),
    held: wallet.held - (old?.held ?? 0n),
  };
}

async function loadWallets(db: Queryable, owners: readonly WalletOwner[]): Promise<Map<string, Wallet>> {
  const { rows } = await db.query<{
    tenant_id: string;
    account_id: string;
    currency: string;
    available: string;
    held: string;
    updated_at: Date;
  }>(
    `select tenant_id, account_id, currency, available, held, updated_at
       from finance.wallets
      where (tenant_id, account_id, currency) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
    [owners.map((o) => o.tenantId), owners.map((o) => o.accountId), owners.map((o) => o.currency)],
  );
  return new Map(
    rows.map((row) => {
      const wallet = {
        tenantId: row.tenant_id,
        accountId: row.account_id,
        currency: row.currency,
        available: parseMoney(row.available, row.currency)?.minor ?? 0n,
        held: parseMoney(row.held, row.currency)?.minor ?? 0n,
        updatedAt: row.updated_at.getTime(),
      };
      return [walletKey(wallet), wallet];
    }),
  );
}
