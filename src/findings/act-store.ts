import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';
import type { ActedFinding, Change, LastChange, Standing } from './act-types.ts';
import type { FindingState, RiskClass, SuggestedAction } from './types.ts';

interface Row {
  id: FindingId;
  rule: string;
  tenant_id: TenantId;
  subject_kind: Subject['kind'];
  subject_id: string;
  account_id: AccountId | null;
  class: RiskClass;
  action: SuggestedAction;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  cause_key: string;
  opening: boolean;
  last_run_id: RunId | null;
  state: FindingState;
  owner: string | null;
  accepted_until: Date | null;
  resolved_at: Date | null;
  closed_by: string | null;
  closed_reason: string | null;
  closed_at: Date | null;
  confirmed_at: Date | null;
}

interface LastRow {
  seq: number;
  change: Change;
  actor: string;
  at: Date;
  before: { [Name in keyof Standing]: string | null } | null;
}

/** A finding, locked until the transaction ends, with the newest row of its history. */
export async function lockFinding(tx: Tx, id: string): Promise<ActedFinding | undefined> {
  const { rows } = await tx.query<Row>(
    `select id, rule, tenant_id, subject_kind, subject_id, account_id, class, action, currency, amount_minor,
            amount_reporting_minor, cause_key, opening, last_run_id, state, owner, accepted_until, resolved_at,
            closed_by, closed_reason, closed_at, confirmed_at
       from findings where id = $1 for update`,
    [id],
  );
  const row = rows[0];
  return row === undefined ? undefined : asFinding(row, await readLastChange(tx, row.id));
}

/** What was done last; a finding without history was never told of, which no code of ours does. */
export async function readLastChange(db: Queryable, findingId: string): Promise<LastChange> {
  const { rows } = await db.query<LastRow>(
    `select seq, change, actor, at, before from finding_history where finding_id = $1 order by seq desc limit 1`,
    [findingId],
  );
  const row = rows[0];
  assert(row !== undefined, `the finding ${findingId} has no history`);
  return { ...row, before: row.before === null ? null : asStanding(row.before) };
}

/** Moves a finding from the state it was found in; false when it has another one by now. */
export async function writeStanding(
  tx: Tx,
  id: string,
  from: FindingState,
  standing: Standing,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update findings set state = $3, owner = $4, accepted_until = $5, resolved_at = $6, closed_by = $7,
            closed_reason = $8, closed_at = $9, confirmed_at = $10
      where id = $1 and state = $2`,
    [
      id,
      from,
      standing.state,
      standing.owner,
      standing.acceptedUntil,
      standing.resolvedAt,
      standing.closedBy,
      standing.closedReason,
      standing.closedAt,
      standing.confirmedAt,
    ],
  );
  return rowCount === 1;
}

export interface ActHistory {
  finding: ActedFinding;
  at: Date;
  change: Change;
  actor: string;
  note: string;
  reason: string | null;
  until: Date | null;
  /** Null: it can't be undone. */
  before: Standing | null;
}

/** Appends what was done; gives the number of the row within the finding. */
export async function insertActHistory(tx: Tx, act: ActHistory): Promise<number> {
  const { finding } = act;
  const seq = finding.last.seq + 1;
  await tx.query(
    `insert into finding_history (finding_id, seq, at, change, actor, rule, class, action, amount_minor, note, reason,
            until, before)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      finding.id,
      seq,
      act.at,
      act.change,
      act.actor,
      finding.rule,
      finding.class,
      finding.action,
      finding.amountMinor?.toString() ?? null,
      act.note === '' ? null : act.note,
      act.reason,
      act.until,
      act.before === null ? null : JSON.stringify(act.before),
    ],
  );
  return seq;
}

/** Has a run looked since? */
export async function hasRunSince(db: Queryable, at: Date): Promise<boolean> {
  const { rows } = await db.query<{ there: boolean }>(
    `select exists (select from runs where state in ('complete', 'partial') and settled_at > $1) as there`,
    [at],
  );
  return rows[0]?.there === true;
}

/** The part of a finding that people change. */
export function standingOf(finding: Standing): Standing {
  const { state, owner, acceptedUntil, resolvedAt, closedBy, closedReason, closedAt, confirmedAt } = finding;
  return { state, owner, acceptedUntil, resolvedAt, closedBy, closedReason, closedAt, confirmedAt };
}

function asFinding(row: Row, last: LastChange): ActedFinding {
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return {
    id: row.id,
    rule: row.rule,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    accountId: row.account_id,
    class: row.class,
    action: row.action,
    currency: row.currency,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    causeKey: row.cause_key,
    opening: row.opening,
    lastRunId: row.last_run_id,
    state: row.state,
    owner: row.owner,
    acceptedUntil: row.accepted_until,
    resolvedAt: row.resolved_at,
    closedBy: row.closed_by,
    closedReason: row.closed_reason,
    closedAt: row.closed_at,
    confirmedAt: row.confirmed_at,
    last,
  };
}

/** As jsonb kept it: instants are texts. */
function asStanding(kept: { [Name in keyof Standing]: string | null }): Standing {
  const at = (value: string | null) => (value === null ? null : new Date(value));
  return {
    state: kept.state as FindingState,
    owner: kept.owner,
    acceptedUntil: at(kept.acceptedUntil),
    resolvedAt: at(kept.resolvedAt),
    closedBy: kept.closedBy,
    closedReason: kept.closedReason,
    closedAt: at(kept.closedAt),
    confirmedAt: at(kept.confirmedAt),
  };
}
