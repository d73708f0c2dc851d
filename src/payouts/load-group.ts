import type { Queryable } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import { sumPerCurrency } from './sums.ts';
import type { PayoutGroupModel } from './types.ts';

/** What the message shows that stands for many payouts of one cause; null when there is no such group. */
export async function loadGroup(db: Queryable, id: string, policy: Policy): Promise<PayoutGroupModel | null> {
  const { rows } = await db.query<PayoutGroupModel['group']>(
    `select id, rule, provider, error_code as "errorCode", state, opened_at as "openedAt", over_at as "overAt"
       from payout_groups where id = $1`,
    [id],
  );
  const group = rows[0];
  if (group === undefined) return null;
  const { counts, reportingMinor } = await countMembers(db, id);
  return {
    group,
    timeZone: policy.business.time_zone,
    reportingCurrency: policy.business.reporting_currency,
    ...counts,
    reportingMinor: BigInt(reportingMinor),
    perCurrency: await sumPerCurrency(db, `p.group_id = $1 and p.state = 'open'`, [id]),
  };
}

type Counts = Pick<
  PayoutGroupModel,
  'open' | 'total' | 'paid' | 'retrySafe' | 'high' | 'underWay' | 'oldestSince' | 'withoutRate'
>;

async function countMembers(
  db: Queryable,
  groupId: string,
): Promise<{ counts: Counts; reportingMinor: string }> {
  const { rows } = await db.query<Counts & { reportingMinor: string }>(
    `select count(*) filter (where p.state = 'open')::int as open,
            count(*)::int as total,
            count(*) filter (where p.over_how = 'paid')::int as paid,
            count(*) filter (where p.offers_retry and o.id is null)::int as "retrySafe",
            count(*) filter (where p.state = 'open' and p.class = 'HIGH')::int as high,
            count(*) filter (where p.state = 'open' and o.id is not null)::int as "underWay",
            min(p.since) filter (where p.state = 'open') as "oldestSince",
            count(*) filter (where p.state = 'open' and p.amount_reporting_minor is null)::int as "withoutRate",
            coalesce(sum(p.amount_reporting_minor) filter (where p.state = 'open'), 0)::text as "reportingMinor"
       from payouts p
       left join operations o on o.tenant_id = p.tenant_id and o.subject_id = p.transaction_id
                             and o.state in ('accepted', 'sent', 'unknown')
      where p.group_id = $1`,
    [groupId],
  );
  const { reportingMinor, ...counts } = rows[0]!;
  return { counts, reportingMinor };
}
