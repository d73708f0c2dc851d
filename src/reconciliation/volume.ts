import type { FinanceClient } from '../finance/connect.ts';
import type { Policy } from '../policy.ts';
import { dayBounds, shiftDay } from '../business-day.ts';
import { toReporting, type Rates } from '../finance/rates.ts';
import { minorOf, UNITS } from '../finance/sql.ts';
import { TRANSACTION_KINDS, type TransactionKind, type Volume } from './types.ts';

/** The day a digest's volume speaks of: the business day before its label. */
export function volumeDayOf(label: string): string {
  return shiftDay(label, -1);
}

/** A view may hold what is no number; rules that meet it are not run, and the volume does without it. */
const FINITE = `t.amount > '-Infinity' and t.amount < 'Infinity'`;

/** Transactions created on the business day, and on the day before it, by kind and currency. */
export async function readVolume(client: FinanceClient, day: string, policy: Policy): Promise<Volume[]> {
  const zone = policy.business.time_zone;
  const today = dayBounds(day, zone);
  const before = dayBounds(shiftDay(day, -1), zone);
  const { rows } = await client.query<{
    kind: TransactionKind;
    currency: string;
    count: number;
    count_before: number;
    amount_minor: string;
    amount_minor_before: string;
  }>(
    `with ${UNITS}
     select t.kind, t.currency,
            count(*) filter (where t.created_at >= $2)::int as count,
            count(*) filter (where t.created_at < $2)::int as count_before,
            ${minorOf(`coalesce(sum(t.amount) filter (where t.created_at >= $2 and ${FINITE}), 0)`)} as amount_minor,
            ${minorOf(`coalesce(sum(t.amount) filter (where t.created_at < $2 and ${FINITE}), 0)`)} as amount_minor_before
       from transactions t
       left join units u using (currency)
      where t.created_at >= $1 and t.created_at < $3 and t.kind = any ($4)
      group by t.kind, t.currency, u.factor
      order by array_position($4, t.kind), t.currency`,
    [before.from, today.from, today.to, TRANSACTION_KINDS],
  );
  return rows.map((row) => ({
    kind: row.kind,
    currency: row.currency,
    count: row.count,
    countBefore: row.count_before,
    amountMinor: BigInt(row.amount_minor),
    amountMinorBefore: BigInt(row.amount_minor_before),
  }));
}

/** The day's volume in minor units of the reporting currency, as far as rates are known. */
export function reportingVolume(volume: readonly Volume[], rates: Rates): bigint {
  return volume.reduce((sum, row) => sum + (toReporting(row.amountMinor, row.currency, rates) ?? 0n), 0n);
}
