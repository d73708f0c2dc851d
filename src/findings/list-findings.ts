import { withReadSnapshot, type Pool, type Queryable } from '../database/pool.ts';
import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';
import { clampPage, PAGE_SIZE, type ListFilter } from './list-rules.ts';
import type { FindingState, RiskClass, SuggestedAction } from './types.ts';

/** One line of the list. */
export interface ListedFinding {
  id: FindingId;
  rule: string;
  class: RiskClass;
  action: SuggestedAction;
  state: FindingState;
  tenantId: TenantId;
  subject: Subject;
  accountId: AccountId | null;
  provider: string | null;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
  occurredAt: Date;
  owner: string | null;
  acceptedUntil: Date | null;
  closedBy: string | null;
}

/** What can be chosen in a filter: the value, and the foreign text it stands for. */
export interface ListChoice {
  value: string;
  name: string;
}

export interface FindingList {
  findings: ListedFinding[];
  page: number;
  pages: number;
  /** Findings that pass the filter. */
  count: number;
  choices: { rules: string[]; providers: ListChoice[]; tenants: ListChoice[] };
}

interface Row {
  id: FindingId;
  rule: string;
  class: RiskClass;
  action: SuggestedAction;
  state: FindingState;
  tenant_id: TenantId;
  subject_kind: Subject['kind'];
  subject_id: string;
  account_id: AccountId | null;
  provider: string | null;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  occurred_at: Date;
  owner: string | null;
  accepted_until: Date | null;
  closed_by: string | null;
}

/** Slack's limit for the options of a select, one of them "any". */
const MOST_CHOICES = 99;

/**
 * The state's own part of the list. What is resolved is shown as far as the newest run's reports speak of it: years of
 * resolved findings are the file's matter.
 */
const IN_STATE = `
  case $1
    when 'open' then f.state = 'open' and not f.opening
    when 'opening' then f.state <> 'resolved' and f.opening
    when 'accepted' then f.state = 'accepted' and not f.opening
    else f.state = 'resolved' and exists (select from run_findings r where r.run_id = $2 and r.finding_id = f.id)
  end`;

const CHOSEN = `
  ${IN_STATE}
  and ($3::text is null or f.class = $3)
  and ($4::text is null or f.rule = $4)
  and ($5::text is null or left(md5(coalesce(f.provider, '')), 12) = $5)
  and ($6::text is null or left(md5(f.tenant_id), 12) = $6)
  and ($7::text is null or case $7 when 'mine' then f.owner = $8 else f.owner is null end)`;

/** One page of findings, worst first: class, then amount in the reporting currency, then age. Own rows only. */
export async function listFindings(
  pool: Pool,
  of: { filter: ListFilter; page: number; me: string; runId: RunId | null },
): Promise<FindingList> {
  const { filter } = of;
  const chosen = [
    filter.state,
    of.runId,
    filter.class,
    filter.rule,
    filter.provider,
    filter.tenant,
    filter.owner,
    of.me,
  ];
  return await withReadSnapshot(pool, async (db) => {
    const count = await countFindings(db, chosen);
    const page = clampPage(of.page, count);
    return {
      findings: count === 0 ? [] : await readPage(db, chosen, page),
      page,
      pages: Math.max(1, Math.ceil(count / PAGE_SIZE)),
      count,
      choices: await readChoices(db, filter.state, of.runId),
    };
  });
}

async function countFindings(db: Queryable, chosen: readonly unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from findings f where ${CHOSEN}`,
    [...chosen],
  );
  return rows[0]?.count ?? 0;
}

async function readPage(db: Queryable, chosen: readonly unknown[], page: number): Promise<ListedFinding[]> {
  const { rows } = await db.query<Row>(
    `select f.id, f.rule, f.class, f.action, f.state, f.tenant_id, f.subject_kind, f.subject_id, f.account_id, f.provider,
            f.currency, f.amount_minor, f.amount_reporting_minor, f.occurred_at, f.owner, f.accepted_until, f.closed_by
       from findings f where ${CHOSEN}
      order by array_position(array['HIGH', 'MED', 'LOW'], f.class), f.amount_reporting_minor desc nulls last,
               f.occurred_at, f.id
      limit ${PAGE_SIZE} offset $9`,
    [...chosen, (page - 1) * PAGE_SIZE],
  );
  return rows.map(asListed);
}

/** What occurs among the findings of the chosen state, most frequent first where not all fit. */
async function readChoices(
  db: Queryable,
  state: ListFilter['state'],
  runId: RunId | null,
): Promise<FindingList['choices']> {
  const { rows } = await db.query<{ kind: string; name: string; value: string }>(
    `with listed as materialized (select f.rule, f.provider, f.tenant_id from findings f where ${IN_STATE}),
     named as (
       select 'rule' as kind, rule as name, count(*) as times from listed group by rule
       union all
       select 'provider', provider, count(*) from listed where provider is not null group by provider
       union all
       select 'tenant', tenant_id, count(*) from listed group by tenant_id),
     placed as (select *, row_number() over (partition by kind order by times desc, name) as place from named)
     select kind, left(name, 1000) as name, left(md5(name), 12) as value from placed where place <= $3 order by kind, name`,
    [state, runId, MOST_CHOICES],
  );
  const of = (kind: string): ListChoice[] =>
    rows.filter((row) => row.kind === kind).map(({ value, name }) => ({ value, name }));
  return { rules: of('rule').map(({ name }) => name), providers: of('provider'), tenants: of('tenant') };
}

function asListed(row: Row): ListedFinding {
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    rule: row.rule,
    class: row.class,
    action: row.action,
    state: row.state,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    accountId: row.account_id,
    provider: row.provider,
    currency: row.currency,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    occurredAt: row.occurred_at,
    owner: row.owner,
    acceptedUntil: row.accepted_until,
    closedBy: row.closed_by,
  };
}
