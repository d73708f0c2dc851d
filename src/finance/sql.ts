import { CURRENCY_EXPONENTS } from '../money.ts';

/**
 * Fragments that several statements share. A factor turns major units into minor units; a currency without a
 * known exponent counts whole units, as money.ts shows it, and has no value in the reporting currency.
 */
const FACTORS = [...CURRENCY_EXPONENTS]
  .map(([currency, exponent]) => `('${currency}',${10 ** exponent})`)
  .join(',');

/** CTE `units(currency, factor)`. */
export const UNITS = `units (currency, factor) as (values ${FACTORS})`;

/** Minor units of an amount in major units, as text; needs `units u` joined left by currency. */
export function minorOf(amount: string): string {
  return `round((${amount}) * coalesce(u.factor, 1))::numeric::text`;
}

/**
 * Net burns of withdrawals: entries that take from held alone, less entries that give back to held alone. `scope` is a
 * condition on `l.transaction_id`.
 */
export function burnsOf(scope: string): string {
  return `select l.transaction_id,
      count(*) filter (where l.delta_held < 0) - count(*) filter (where l.delta_held > 0) as burns,
      -sum(l.delta_held) as burned,
      max(l.created_at) as burned_at
    from ledger_entries l
    where l.delta_available = 0 and l.delta_held <> 0 and l.transaction_id is not null and ${scope}
    group by l.transaction_id`;
}
