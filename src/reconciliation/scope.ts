import type { RuleContext } from './context.ts';

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
