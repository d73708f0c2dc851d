import type { AuditEntry } from '../audit/types.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { RunId, Subject } from '../ids.ts';
import type { Look } from './apply-observations.ts';
import { auditEntryOf } from './audit-entries.ts';
import { insertHistory, type HistoryWrite } from './store.ts';
import type { RiskClass } from './types.ts';

interface ConfirmedRow {
  id: string;
  rule: string;
  tenant_id: string;
  subject_kind: Subject['kind'];
  subject_id: string;
  class: RiskClass;
  action: string;
  amount_minor: string | null;
}

/**
 * A complete run confirms what people resolved before its snapshot: it looked at the subject and doesn't see it any more
 * (what it still saw is open again by now). Returns the audit rows to append.
 */
export async function confirmResolved(
  tx: Tx,
  look: Look & { runId: RunId },
  looked: ReadonlySet<string>,
): Promise<AuditEntry[]> {
  const { rows } = await tx.query<ConfirmedRow>(
    `update findings set confirmed_at = $1
      where state = 'resolved' and confirmed_at is null and resolved_at <= $2 and rule = any ($3)
        and last_run_id is distinct from $4
      returning id, rule, tenant_id, subject_kind, subject_id, class, action, amount_minor`,
    [look.now, look.observedAt, [...looked], look.runId],
  );
  const confirmed = rows.map((row) => {
    const { id, rule, class: riskClass, action } = row;
    const amountMinor = row.amount_minor === null ? null : BigInt(row.amount_minor);
    const change: HistoryWrite = {
      findingId: id,
      change: 'confirmed',
      rule,
      class: riskClass,
      action,
      amountMinor,
    };
    const subject = { kind: row.subject_kind, id: row.subject_id };
    return { change, entry: auditEntryOf(change, { tenantId: row.tenant_id, subject }, look) };
  });
  const changes = confirmed.map(({ change }) => change);
  await insertHistory(tx, changes, { at: look.now, actor: look.actor, runId: look.runId });
  return confirmed.map(({ entry }) => entry);
}

/** Keeps what people resolved from being confirmed by a run that could not tell: its account was unknown or skipped. */
export async function leaveUnconfirmed(tx: Queryable, runId: RunId, keys: readonly string[]): Promise<void> {
  await tx.query(
    `update findings set last_run_id = $1 where key = any ($2) and state = 'resolved' and confirmed_at is null`,
    [runId, keys],
  );
}
