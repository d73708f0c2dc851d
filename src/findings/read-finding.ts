import type { Queryable } from '../database/pool.ts';
import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';
import type { ReviewedFinding } from './review-model.ts';
import type { Evidence, FindingFamily, FindingState, RiskClass, SuggestedAction } from './types.ts';

interface Row {
  id: FindingId;
  key: string;
  family: FindingFamily | null;
  rule: string;
  tenant_id: TenantId;
  subject_kind: Subject['kind'];
  subject_id: string;
  account_id: AccountId | null;
  provider: string | null;
  currency: string | null;
  class: RiskClass;
  action: SuggestedAction;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  evidence: Evidence;
  cause_key: string;
  occurred_at: Date;
  opening: boolean;
  state: FindingState;
  owner: string | null;
  accepted_until: Date | null;
  first_seen_at: Date;
  last_seen_at: Date;
  resolved_at: Date | null;
  last_run_id: RunId | null;
  closed_by: string | null;
  closed_reason: string | null;
  closed_at: Date | null;
  confirmed_at: Date | null;
  adopted_at: Date | null;
}

/** One finding, whole; null when there is none. */
export async function readFinding(db: Queryable, id: string): Promise<ReviewedFinding | null> {
  const { rows } = await db.query<Row>(`select * from findings where id = $1`, [id]);
  return rows[0] === undefined ? null : asFinding(rows[0]);
}

function asFinding(row: Row): ReviewedFinding {
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    key: row.key,
    family: row.family,
    rule: row.rule,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    accountId: row.account_id,
    provider: row.provider,
    currency: row.currency,
    class: row.class,
    action: row.action,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    evidence: row.evidence,
    causeKey: row.cause_key,
    occurredAt: row.occurred_at,
    opening: row.opening,
    state: row.state,
    owner: row.owner,
    acceptedUntil: row.accepted_until,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    resolvedAt: row.resolved_at,
    lastRunId: row.last_run_id,
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
    closedAt: row.closed_at,
    confirmedAt: row.confirmed_at,
    adoptedAt: row.adopted_at,
  };
}
