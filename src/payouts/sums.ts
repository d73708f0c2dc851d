import type { Queryable } from '../database/pool.ts';

export interface CurrencySum {
  currency: string;
  amountMinor: bigint;
  count: number;
}

/** Sums of episodes `p` for which `condition` holds, by currency, most payouts first. `condition` is SQL of ours. */
export async function sumPerCurrency(
  db: Queryable,
  condition: string,
  values: readonly unknown[],
): Promise<CurrencySum[]> {
  const { rows } = await db.query<{ currency: string; amount: string; count: number }>(
    `select p.currency, sum(p.amount_minor)::text as amount, count(*)::int as count
       from payouts p where ${condition}
      group by p.currency order by count desc, p.currency`,
    [...values],
  );
  return rows.map(({ currency, amount, count }) => ({ currency, amountMinor: BigInt(amount), count }));
}
