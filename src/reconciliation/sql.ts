import { CURRENCY_EXPONENTS } from '../money.ts';
import type { RuleContext } from './context.ts';

/**
 * Fragments that several rules' statements share. A factor turns major units into minor units; a currency without a
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

export interface Scope {
  /** CTE `scope(id)`, to be followed by a comma; empty when everything is in scope. */
  cte: string;
  /** Condition that a transaction id is in scope. */
  covers(column: string): string;
  /** Values of $1 to $3. */
  values: unknown[];
}

/**
 * Transactions that changed in the window, themselves or by an entry or an attempt, and those of open findings.
 * Without any bound there is no list: every transaction is in scope, and the planner reads tables instead.
 */
export function transactionScope(context: RuleContext): Scope {
  const { from, to } = context.window;
  if (from === null && to === null) {
    const values: unknown[] = [null, null, []];
    return {
      cte: '',
      // Always true: a statement must use every parameter that it is given.
      covers: () => '($1::text is null and $2::text is null and $3::text[] is not null)',
      values,
    };
  }
  const inWindow = (column: string) => `${column} >= $1 and ${column} < $2`;
  return {
    cte: `scope (id) as materialized (
      select id from transactions where ${inWindow('updated_at')}
      union select transaction_id from ledger_entries where ${inWindow('created_at')} and transaction_id is not null
      union select transaction_id from payout_attempts where ${inWindow('updated_at')}
      union select unnest($3::text[])),`,
    covers: (column) => `${column} in (select id from scope)`,
    values: [from ?? '-infinity', to ?? 'infinity', context.open.transactions],
  };
}
