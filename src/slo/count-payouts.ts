import type { Queryable } from '../database/pool.ts';

/** Payouts of one minute. */
export interface PayoutCount {
  /** event: by request; decided: by when they became good or bad; bad: the bad ones of that minute, by provider. */
  basis: 'event' | 'decided' | 'bad';
  minute: Date;
  who: string | null;
  good: number;
  valid: number;
}

/**
 * Payouts that were asked for, or became good or bad, in [from, to), as of `at`. Paid by the deadline is good, from
 * paid_at on; whatever else is not over by its deadline is bad from the deadline on; rejected or canceled by the
 * deadline, and open before it, is left out. Needs the contract's transactions and payout_attempts. Domain section 2.
 *
 * Nothing is changed after it was updated last, so the index on updated_at bounds the scan: 1,700 of 20,000 payments
 * for the 25 hours that are read every minute.
 */
export async function countPayouts(
  client: Queryable,
  of: { from: Date; to: Date; at: Date; withinHours: number },
): Promise<PayoutCount[]> {
  const { rows } = await client.query<PayoutCount>(COUNT, [of.from, of.to, of.at, of.withinHours]);
  return rows;
}

const COUNT = `
  with asked as (
    select id, provider, requested_at, state, requested_at + make_interval(secs => $4::float8 * 3600) as deadline,
           case when state in ('paid', 'rejected', 'canceled') and final_at <= $3::timestamptz then final_at end as over_at
      from transactions
     where kind = 'withdrawal' and requested_at < $2::timestamptz
       and requested_at >= $1::timestamptz - make_interval(secs => $4::float8 * 3600)
       and updated_at >= $1::timestamptz - make_interval(secs => $4::float8 * 3600)),
  judged as (
    select id, provider, requested_at, coalesce(over_at <= deadline, false) as good,
           case when over_at <= deadline then case when state = 'paid' then over_at end
                when deadline < $3::timestamptz then deadline
            end as decided_at
      from asked),
  decided as materialized (select * from judged where decided_at is not null)
  select 'event' as basis, date_trunc('minute', requested_at, 'UTC') as minute, null as who,
         (count(*) filter (where good))::float8 as good, count(*)::float8 as valid
    from decided
   where requested_at >= $1
   group by 2
  union all
  select 'decided', date_trunc('minute', decided_at, 'UTC'), null,
         (count(*) filter (where good))::float8, count(*)::float8
    from decided
   where decided_at >= $1 and decided_at < $2
   group by 2
  union all
  select 'bad', date_trunc('minute', decided_at, 'UTC'), coalesce(d.provider, a.provider), 0, count(*)::float8
    from decided d
    left join lateral (select provider from payout_attempts
                        where transaction_id = d.id and created_at <= $3
                        order by created_at desc, id desc limit 1) a on d.provider is null
   where not d.good and d.decided_at >= $1 and d.decided_at < $2
   group by 2, 3
   order by 1, 2, 3`;
