import { withReadSnapshot, type Pool, type Queryable } from '../database/pool.ts';
import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';
import { clampPage, PAGE_SIZE, type ListFilter, type ListState } from './list-rules.ts';
import type { FindingFamily, FindingState, RiskClass, SuggestedAction } from './types.ts';

/** One line of the list. */
export interface ListedFinding {
  id: FindingId;
  rule: string;
  family: FindingFamily | null;
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
interface ListChoice {
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
  family: FindingFamily | null;
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

/** Conditions on findings f, and the values they name by number. */
interface Where {
  sql: string;
  values: unknown[];
}

/**
 * The state's own part of the list, so that each has its index. What is resolved is shown as far as the newest run's
 * reports speak of it: years of resolved findings are the file's matter.
 */
function inState(state: ListState, runId: RunId | null): Where {
  switch (state) {
    case 'open':
      return { sql: `f.state <> 'resolved' and f.state = 'open' and not f.opening`, values: [] };
    case 'accepted':
      return { sql: `f.state <> 'resolved' and f.state = 'accepted' and not f.opening`, values: [] };
    case 'opening':
      return { sql: `f.state <> 'resolved' and f.opening`, values: [] };
    case 'resolved': {
      const shown = `f.id in (select r.finding_id from run_findings r where r.run_id = $1)`;
      return { sql: `f.state = 'resolved' and ${shown}`, values: [runId] };
    }
  }
}

function whereOf(filter: ListFilter, me: string, runId: RunId | null): Where {
  const { sql, values } = inState(filter.state, runId);
  const conditions = [sql];
  const add = (value: string | null, condition: (parameter: string) => string): void => {
    if (value !== null) conditions.push(condition(`$${values.push(value)}`));
  };
  add(filter.class, (parameter) => `f.class = ${parameter}`);
  add(filter.rule, (parameter) => `f.rule = ${parameter}`);
  add(filter.provider, (parameter) => `left(md5(f.provider), 12) = ${parameter}`);
  add(filter.tenant, (parameter) => `left(md5(f.tenant_id), 12) = ${parameter}`);
  add(filter.owner === 'mine' ? me : null, (parameter) => `f.owner = ${parameter}`);
  if (filter.owner === 'nobodys') conditions.push('f.owner is null');
  return { sql: conditions.join(' and '), values };
}

/** One page of findings, worst first: class, then amount in the reporting currency, then age. Own rows only. */
export async function listFindings(
  pool: Pool,
  of: { filter: ListFilter; page: number; me: string; runId: RunId | null },
): Promise<FindingList> {
  const where = whereOf(of.filter, of.me, of.runId);
  return await withReadSnapshot(pool, async (db) => {
    const count = await countFindings(db, where);
    const page = clampPage(of.page, count);
    return {
      findings: count === 0 ? [] : await readPage(db, where, page),
      page,
      pages: Math.max(1, Math.ceil(count / PAGE_SIZE)),
      count,
      choices: await readChoices(db, inState(of.filter.state, of.runId)),
    };
  });
}

async function countFindings(db: Queryable, { sql, values }: Where): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from findings f where ${sql}`,
    values,
  );
  return rows[0]?.count ?? 0;
}

async function readPage(db: Queryable, { sql, values }: Where, page: number): Promise<ListedFinding[]> {
  const { rows } = await db.query<Row>(
    `select f.id, f.rule, f.family, f.class, f.action, f.state, f.tenant_id, f.subject_kind, f.subject_id, f.account_id, f.provider,
            f.currency, f.amount_minor, f.amount_reporting_minor, f.occurred_at, f.owner, f.accepted_until, f.closed_by
       from findings f where ${sql}
      order by array_position(array['HIGH', 'MED', 'LOW'], f.class), f.amount_reporting_minor desc nulls last,
               f.occurred_at, f.id
      limit ${PAGE_SIZE} offset $${values.length + 1}`,
    [...values, (page - 1) * PAGE_SIZE],
  );
  return rows.map(asListed);
}

/** What occurs among the findings of the chosen state, most frequent first where not all fit. */
async function readChoices(db: Queryable, { sql, values }: Where): Promise<FindingList['choices']> {
  const { rows } = await db.query<{ kind: string; name: string; value: string }>(
    `with listed as materialized (select f.rule, f.provider, f.tenant_id from findings f where ${sql}),
     named as (
       select 'rule' as kind, rule as name, count(*) as times from listed group by rule
       union all
       select 'provider', provider, count(*) from listed where provider is not null group by provider
       union all
       select 'tenant', tenant_id, count(*) from listed group by tenant_id),
     placed as (select *, row_number() over (partition by kind order by times desc, name) as place from named)
     select kind, left(name, 1000) as name, left(md5(name), 12) as value
       from placed where place <= ${MOST_CHOICES} order by kind, name`,
    values,
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
    family: row.family,
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
