import type { Queryable } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import type { KnownFinding } from './rules.ts';
import type { FindingState, Observation, RiskClass } from './types.ts';

/** One finding as it is after a sighting. */
export interface FindingWrite {
  id: string;
  key: string;
  observation: Observation;
  opening: boolean;
  state: FindingState;
}

export interface HistoryWrite {
  findingId: string;
  change: 'opened' | 'changed' | 'resolved' | 'reopened' | 'confirmed';
  rule: string;
  class: RiskClass;
  action: string;
  amountMinor: bigint | null;
}

export interface RunFindingWrite {
  findingId: string;
  appearance: 'new' | 'carried' | 'reopened' | 'resolved';
}

/** Runs that store at the same time wait for each other here: what they decide rests on what the other wrote. */
export async function lockFindings(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('mutabik.findings'))`);
}

export async function readFindings(
  tx: Queryable,
  keys: readonly string[],
): Promise<Map<string, KnownFinding>> {
  const { rows } = await tx.query<{
    id: string;
    key: string;
    rule: string;
    class: RiskClass;
    action: string;
    amount_minor: string | null;
    state: FindingState;
    accepted_until: Date | null;
    last_seen_at: Date;
    resolved_at: Date | null;
    opening: boolean;
  }>(
    `select id, key, rule, class, action, amount_minor, state, accepted_until, last_seen_at, resolved_at,
            opening
       from findings where key = any ($1)
      order by key
        for update`,
    [keys],
  );
  return new Map(
    rows.map((row) => [
      row.key,
      {
        id: row.id,
        key: row.key,
        rule: row.rule,
        class: row.class,
        action: row.action,
        amountMinor: row.amount_minor === null ? null : BigInt(row.amount_minor),
        state: row.state,
        acceptedUntil: row.accepted_until,
        lastSeenAt: row.last_seen_at,
        resolvedAt: row.resolved_at,
        opening: row.opening,
      },
    ]),
  );
}

/** Inserts new findings and rewrites known ones; id, key, owner and first_seen stay what they were. */
export async function writeFindings(
  tx: Queryable,
  writes: readonly FindingWrite[],
  seenAt: Date,
  runId: RunId | null,
): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    `insert into findings (id, key, family, rule, tenant_id, subject_kind, subject_id, account_id, provider, currency,
            class, action, amount_minor, amount_reporting_minor, evidence, cause_key, occurred_at, opening, state,
            first_seen_at, last_seen_at, last_run_id)
     select r.*, $2, $2, $3
       from jsonb_to_recordset($1::jsonb) as r (id uuid, key text, family text, rule text, tenant_id text,
            subject_kind text, subject_id text, account_id text, provider text, currency text, class text, action text,
            amount_minor numeric, amount_reporting_minor numeric, evidence jsonb, cause_key text,
            occurred_at timestamptz, opening boolean, state text)
     on conflict (key) do update set
       rule = excluded.rule, account_id = excluded.account_id, provider = excluded.provider,
       currency = excluded.currency, class = excluded.class, action = excluded.action,
       amount_minor = excluded.amount_minor, amount_reporting_minor = excluded.amount_reporting_minor,
       evidence = excluded.evidence, cause_key = excluded.cause_key, occurred_at = excluded.occurred_at,
       opening = excluded.opening, state = excluded.state, accepted_until = null, resolved_at = null,
       -- Two people took over what they saw: what has grown, risen, changed or come back is another matter.
       adopted_at = case when excluded.opening and findings.state <> 'resolved' and findings.rule = excluded.rule
           and array_position(array['LOW', 'MED', 'HIGH'], excluded.class)
               <= array_position(array['LOW', 'MED', 'HIGH'], findings.class)
           and (excluded.amount_minor is null or excluded.amount_minor <= findings.amount_minor)
         then findings.adopted_at end,
       closed_by = null, closed_reason = null, closed_at = null, confirmed_at = null,
       last_seen_at = excluded.last_seen_at, last_run_id = excluded.last_run_id`,
    [JSON.stringify(writes.map(asRow)), seenAt, runId],
  );
}

function asRow({ id, key, observation, opening, state }: FindingWrite): Record<string, unknown> {
  return {
    id,
    key,
    family: observation.family,
    rule: observation.rule,
    tenant_id: observation.tenantId,
    subject_kind: observation.subject.kind,
    subject_id: observation.subject.id,
    account_id: observation.accountId,
    provider: observation.provider,
    currency: observation.currency,
    class: observation.class,
    action: observation.action,
    amount_minor: observation.amountMinor?.toString() ?? null,
    amount_reporting_minor: observation.amountReportingMinor?.toString() ?? null,
    evidence: observation.evidence,
    cause_key: observation.causeKey,
    occurred_at: observation.occurredAt.toISOString(),
    opening,
    state,
  };
}

/** Moves last_seen of accepted findings that are still there and no worse. */
export async function touchFindings(
  tx: Queryable,
  ids: readonly string[],
  seenAt: Date,
  runId: RunId | null,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update findings set last_seen_at = $2, last_run_id = coalesce($3, last_run_id) where id = any ($1::uuid[])`,
    [ids, seenAt, runId],
  );
}

/** Appends one history row a finding, numbered within it. */
export async function insertHistory(
  tx: Queryable,
  rows: readonly HistoryWrite[],
  look: { at: Date; actor: string; runId: RunId | null },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into finding_history (finding_id, seq, at, change, actor, run_id, rule, class, action, amount_minor)
     select r.id, coalesce((select max(h.seq) from finding_history h where h.finding_id = r.id), 0) + 1,
            $7, r.change, $8, $9, r.rule, r.class, r.action, r.amount
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[])
            as r (id, change, rule, class, action, amount)`,
    [
      rows.map((row) => row.findingId),
      rows.map((row) => row.change),
      rows.map((row) => row.rule),
      rows.map((row) => row.class),
      rows.map((row) => row.action),
      rows.map((row) => row.amountMinor?.toString() ?? null),
      look.at,
      look.actor,
      look.runId,
    ],
  );
}

/**
 * Keeps what the run saw, as the findings are now. What is carried over from failed runs alone is new: no digest has
 * shown it.
 */
export async function insertRunFindings(
  tx: Queryable,
  runId: RunId,
  rows: readonly RunFindingWrite[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into run_findings (run_id, finding_id, appearance, rule, class, action, currency, amount_minor,
            amount_reporting_minor, opening)
     select $1, f.id,
            case when r.appearance = 'carried' and not exists (
                   select from run_findings p join runs u on u.id = p.run_id
                    where p.finding_id = f.id and p.run_id <> $1 and u.state <> 'failed')
                 then 'new' else r.appearance end,
            f.rule, f.class, f.action, f.currency, f.amount_minor, f.amount_reporting_minor,
            f.opening
       from unnest($2::uuid[], $3::text[]) as r (id, appearance)
       join findings f on f.id = r.id
     on conflict (run_id, finding_id) do nothing`,
    [runId, rows.map((row) => row.findingId), rows.map((row) => row.appearance)],
  );
}
