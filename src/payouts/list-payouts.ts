import type { Queryable } from '../database/pool.ts';
import { limitMinor } from '../finance/rates.ts';
import type { Policy } from '../policy.ts';
import { PAYOUT, toPayout, type PayoutTableRow } from './payout-row.ts';
import { sumPerCurrency } from './sums.ts';
import type { ListedPayout, PayoutFilter, PayoutListModel } from './types.ts';

const PAGE_SIZE = 10;
const MINUTE_MS = 60_000;
/** A menu holds so many. docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const MOST_CHOICES = 99;

const CONDITION = `p.state = 'open'
  and ($1::text is null or p.provider = $1)
  and ($2::text is null or p.payment_state = $2 or $2 = 'stuck' and p.payment_state <> 'payout_failed')
  and ($3::timestamptz is null or p.since <= $3)
  and ($4::numeric is null or p.amount_reporting_minor >= $4)
  and ($5::text is null or p.tenant_id = $5)
  and ($6::uuid is null or p.group_id = $6)`;

/**
 * Open episodes that pass the filter, the HIGH ones first, then the oldest; pages count from 1, and one beyond the last is
 * the last. The state `stuck` stands for all but payout_failed.
 */
export async function listPayouts(
  db: Queryable,
  policy: Policy,
  now: Date,
  { filter, page: wanted }: { filter: PayoutFilter; page: number },
): Promise<PayoutListModel> {
  const { reporting_currency: reportingCurrency, time_zone: timeZone } = policy.business;
  const values = valuesOf(filter, reportingCurrency, now);
  const perCurrency = await sumPerCurrency(db, CONDITION, values);
  const count = perCurrency.reduce((sum, each) => sum + each.count, 0);
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pages);
  return {
    payouts: await readRows(db, values, page),
    filter,
    page,
    pages,
    count,
    perCurrency,
    ...(await readChoices(db, policy)),
    reportingCurrency,
    timeZone,
    now,
  };
}

function valuesOf(filter: PayoutFilter, reportingCurrency: string, now: Date): unknown[] {
  const { provider, state, ageMinutes, amountFrom, tenant, group } = filter;
  return [
    provider,
    state,
    ageMinutes === null ? null : new Date(now.getTime() - ageMinutes * MINUTE_MS),
    amountFrom === null ? null : limitMinor(String(amountFrom), reportingCurrency).toString(),
    tenant,
    group,
  ];
}

async function readRows(db: Queryable, values: unknown[], page: number): Promise<ListedPayout[]> {
  const { rows } = await db.query<PayoutTableRow & { under_way: boolean }>(
    `select ${PAYOUT},
            exists (select from operations o where o.tenant_id = p.tenant_id and o.subject_id = p.transaction_id
                       and o.state in ('accepted', 'sent', 'unknown')) as under_way
       from payouts p
      where ${CONDITION}
      order by p.class = 'HIGH' desc, p.since, p.id
      limit ${PAGE_SIZE} offset $7`,
    [...values, (page - 1) * PAGE_SIZE],
  );
  return rows.map((row) => ({ ...toPayout(row), underWay: row.under_way }));
}

/** What can be chosen, whatever is chosen now. */
async function readChoices(db: Queryable, policy: Policy): Promise<Pick<PayoutListModel, 'all' | 'choices'>> {
  const { rows } = await db.query<{ all: number; providers: string[]; states: string[]; tenants: string[] }>(
    `select count(*)::int as "all",
            coalesce(array_agg(distinct provider), '{}') as providers,
            coalesce(array_agg(distinct payment_state), '{}') as states,
            coalesce(array_agg(distinct tenant_id), '{}') as tenants
       from payouts where state = 'open'`,
  );
  const { all = 0, providers = [], states = [], tenants = [] } = rows[0] ?? {};
  const names = new Map(policy.tenants.map(({ id, name }) => [id, name]));
  return {
    all,
    choices: {
      providers: providers.slice(0, MOST_CHOICES),
      states: states.slice(0, MOST_CHOICES),
      tenants: tenants.slice(0, MOST_CHOICES).map((id) => ({ id, name: names.get(id) ?? id })),
    },
  };
}
