import type { Queryable } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { FindingState, RiskClass } from '../findings/types.ts';
import type { RunId } from '../ids.ts';
import { findingsCsv, type CsvFinding } from './csv.ts';
import { readRun } from './runs.ts';

interface Row {
  id: string;
  rule: string;
  class: RiskClass;
  action: string;
  appearance: string;
  state: FindingState;
  opening: boolean;
  tenant_id: string;
  subject_kind: string;
  subject_id: string;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  provider: string | null;
  first_seen_at: Date;
  occurred_at: Date;
  evidence_key: string;
}

/** The file of a run: everything it saw and everything it resolved, worst first, as the run saw it. */
export async function loadRunCsv(
  db: Queryable,
  runId: RunId,
  reportingCurrency: string,
): Promise<Uint8Array> {
  const run = await readRun(db, runId);
  assert(run !== null, `there is no run ${runId}`);
  const observedAt = run.observedAt ?? run.windowTo;
  const findings = await readCsvFindings(db, runId);
  return new TextEncoder().encode(findingsCsv(findings, { reportingCurrency, observedAt }));
}

/** `findings-2026-01-15.csv` */
export function csvName(label: string): string {
  return `findings-${label}.csv`;
}

async function readCsvFindings(db: Queryable, runId: RunId): Promise<CsvFinding[]> {
  // The state is the one the run left behind, so that the file's bytes are the same whenever it is made.
  const { rows } = await db.query<Row>(
    `select f.id, r.rule, r.class, r.action, r.appearance,
            case r.appearance when 'resolved' then 'resolved' else 'open' end as state, r.opening,
            f.tenant_id, f.subject_kind, f.subject_id, r.currency, r.amount_minor, r.amount_reporting_minor, f.provider,
            f.first_seen_at, f.occurred_at, f.evidence ->> 'key' as evidence_key
       from run_findings r join findings f on f.id = r.finding_id
      where r.run_id = $1
      order by (r.appearance = 'resolved'), array_position(array['HIGH', 'MED', 'LOW'], r.class),
               r.amount_reporting_minor desc nulls last, f.occurred_at, f.id`,
    [runId],
  );
  const minor = (value: string | null) => (value === null ? null : BigInt(value));
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    class: row.class,
    action: row.action,
    appearance: row.appearance,
    state: row.state,
    opening: row.opening,
    tenantId: row.tenant_id,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    currency: row.currency,
    amountMinor: minor(row.amount_minor),
    amountReportingMinor: minor(row.amount_reporting_minor),
    provider: row.provider,
    firstSeenAt: row.first_seen_at,
    occurredAt: row.occurred_at,
    evidenceKey: row.evidence_key,
  }));
}
