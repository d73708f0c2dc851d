import type { Queryable } from '../database/pool.ts';
import { payoutKey, type PaymentKey, type PayoutsOf } from '../findings/deps.ts';
import { canPress } from '../findings/payout-line.ts';
import type { Evidence, FindingFamily, FindingState, RiskClass, SuggestedAction } from '../findings/types.ts';
import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';
import type { DigestFinding } from './types.ts';

interface Row {
  id: FindingId;
  rule: string;
  family: FindingFamily | null;
  tenant_id: TenantId;
  subject_kind: Subject['kind'];
  subject_id: string;
  account_id: AccountId | null;
  provider: string | null;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  class: RiskClass;
  action: SuggestedAction;
  evidence: Evidence;
  occurred_at: Date;
  first_seen_at: Date;
  state: FindingState;
  owner: string | null;
  accepted_until: Date | null;
  closed_by: string | null;
  closed_at: Date | null;
  closed_reason: string | null;
  appearance: DigestFinding['appearance'];
  grouped: { id: string; rule: string }[];
}

/**
 * The worst eight causes of a run: class, then amount in the reporting currency, then age. Each line is the worst finding
 * of its cause and names the others. Class, action and amounts are those the run saw; state and evidence are today's.
 */
export async function readWorst(
  db: Queryable,
  runId: RunId,
  opening: boolean,
  payoutsOf?: PayoutsOf,
): Promise<DigestFinding[]> {
  const { rows } = await db.query<Row>(
    `with seen as (
       select r.finding_id, r.appearance, r.rule, r.class, r.action, r.currency, r.amount_minor, r.amount_reporting_minor,
              f.cause_key, f.occurred_at,
              array_position(array['HIGH', 'MED', 'LOW'], r.class) as rank
         from run_findings r join findings f on f.id = r.finding_id
        where r.run_id = $1 and r.appearance <> 'resolved' and r.opening = $2),
     placed as (
       select s.*, row_number() over (
                partition by s.cause_key
                order by s.rank, s.amount_reporting_minor desc nulls last, s.occurred_at, s.rule, s.finding_id) as place
         from seen s),
     firsts as (
       select * from placed where place = 1
        order by rank, amount_reporting_minor desc nulls last, occurred_at, finding_id
        limit 8)
     select p.finding_id as id, p.appearance, p.rule, p.class, p.action, p.currency, p.amount_minor,
            p.amount_reporting_minor, f.family, f.tenant_id, f.subject_kind, f.subject_id, f.account_id, f.provider,
            f.evidence,
            f.occurred_at, f.first_seen_at, f.state, f.owner, f.accepted_until, f.closed_by, f.closed_at, f.closed_reason,
            coalesce((select jsonb_agg(jsonb_build_object('id', o.finding_id, 'rule', o.rule) order by o.place)
                        from placed o where o.cause_key = p.cause_key and o.place > 1), '[]') as grouped
       from firsts p join findings f on f.id = p.finding_id
      order by p.rank, p.amount_reporting_minor desc nulls last, p.occurred_at, p.finding_id`,
    [runId, opening],
  );
  const payments = rows.filter((row) => row.family === 'payout').map(paymentOf);
  const payouts = payments.length === 0 ? undefined : await payoutsOf?.(db, payments);
  return rows.map((row) => {
    const line = row.family === 'payout' ? payouts?.get(payoutKey(paymentOf(row))) : undefined;
    return { ...asLine(row), payout: line === undefined ? null : { ...line, canPress: canPress(line) } };
  });
}

function paymentOf(row: Row): PaymentKey {
  return { tenantId: row.tenant_id, transactionId: row.subject_id };
}

/** How many findings of the run a digest (or the opening balance) speaks of. */
export async function countShown(db: Queryable, runId: RunId, opening: boolean): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from run_findings
      where run_id = $1 and appearance <> 'resolved' and opening = $2`,
    [runId, opening],
  );
  return rows[0]?.count ?? 0;
}

function asLine(row: Row): Omit<DigestFinding, 'payout'> {
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    rule: row.rule,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    accountId: row.account_id,
    provider: row.provider,
    currency: row.currency,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    class: row.class,
    action: row.action,
    evidence: row.evidence,
    occurredAt: row.occurred_at,
    firstSeenAt: row.first_seen_at,
    state: row.state,
    owner: row.owner,
    acceptedUntil: row.accepted_until,
    closed:
      row.closed_by === null || row.closed_at === null
        ? null
        : { by: row.closed_by, at: row.closed_at, reason: row.closed_reason ?? '' },
    appearance: row.appearance,
    grouped: row.grouped,
  };
}
