import fc from 'fast-check';
import type { Pool } from '../../src/database/pool.ts';
import { CURRENCY_EXPONENTS, toDecimal } from '../../src/money.ts';
import type { Book, Place } from './naive-model.ts';

const AT = '2026-01-14T10:00:00Z';

const place = fc.record<Place>({
  tenant: fc.constantFrom('anadolu', 'bosphorus'),
  account: fc.constantFrom('a', `a'|b`),
  currency: fc.constantFrom('USD', 'KWD', 'JPY', 'XAU'),
});
const small = fc.integer({ min: -2, max: 2 });
const owner = fc.integer({ min: 0, max: 4 });
/** Entries of a payment stand in its own wallet: amounts of two currencies have no sum. */
export const inItsWallet = (book: Book): Book => ({
  ...book,
  entries: book.entries.map((entry) => {
    const { place: home = entry.place } = book.payments[entry.payment ?? -1] ?? {};
    return { ...entry, place: home };
  }),
});
export const drawn: fc.Arbitrary<Book> = fc.record({
  payments: fc.array(
    fc.record({
      place,
      kind: fc.constantFrom('withdrawal', 'withdrawal', 'withdrawal', 'chargeback', 'refund', 'deposit'),
      state: fc.constantFrom(
        'paid',
        'requested',
        'payout_failed',
        'rejected',
        'canceled',
        'completed',
        'odd',
      ),
      minor: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 5 },
  ),
  entries: fc.array(
    fc.record({
      place,
      payment: fc.option(owner),
      available: fc.option(small, { freq: 12 }),
      held: fc.option(small, { freq: 12 }),
    }),
    { maxLength: 8 },
  ),
  wallets: fc.uniqueArray(fc.record({ place, available: small, held: small }), {
    selector: ({ place: at }) => JSON.stringify(at),
    maxLength: 5,
  }),
  attempts: fc.array(
    fc.record({
      payment: owner,
      status: fc.constantFrom('succeeded', 'failed'),
      reference: fc.option(fc.constantFrom('r1', 'r2', '')),
    }),
    { maxLength: 5 },
  ),
});

function decimal(minor: number | null, { currency }: Place): string | null {
  if (minor === null) return null;
  return CURRENCY_EXPONENTS.has(currency) ? toDecimal({ minor: BigInt(minor), currency }) : String(minor);
}

/** The book as the only rows of a finance database. */
export async function writeBook(pool: Pool, { payments, entries, wallets, attempts }: Book): Promise<void> {
  await pool.query(
    'truncate finance.transactions, finance.ledger_entries, finance.wallets, finance.payout_attempts',
  );
  const spread = ({ tenant, account, currency }: Place) => [tenant, account, currency];
  for (const [index, { place: at, kind, state, minor }] of payments.entries())
    await pool.query(
      `insert into finance.transactions (id, tenant_id, account_id, currency, kind, state, amount, created_at,
         requested_at, state_since, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $8)`,
      [`t${index}`, ...spread(at), kind, state, decimal(minor, at), AT],
    );
  for (const [index, { place: at, payment, available, held }] of entries.entries())
    await pool.query(`insert into finance.ledger_entries values ($1, $2, $3, $4, $5, 'e', $6, $7, $8)`, [
      `e${index}`,
      payment === null ? null : `t${payment}`,
      ...spread(at),
      decimal(available, at),
      decimal(held, at),
      AT,
    ]);
  for (const { place: at, available, held } of wallets)
    await pool.query(`insert into finance.wallets values ($1, $2, $3, $4, $5, $6)`, [
      ...spread(at),
      decimal(available, at),
      decimal(held, at),
      AT,
    ]);
  for (const [index, { payment, status, reference }] of attempts.entries())
    await pool.query(
      `insert into finance.payout_attempts values ($1, $2, 'kuzey', $3, $4, null, $5::timestamptz, $5)`,
      [`p${index}`, `t${payment}`, reference, status, new Date(Date.parse(AT) + index * 1000)],
    );
}
