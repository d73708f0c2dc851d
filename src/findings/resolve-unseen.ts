import type { AuditEntry } from '../audit/types.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { RunId, Subject } from '../ids.ts';
import type { Look } from './apply-observations.ts';
import { auditEntryOf } from './audit-entries.ts';
import { leaveUnconfirmed } from './confirm-resolved.ts';
import { insertHistory, insertRunFindings, lockFindings, touchFindings, type HistoryWrite } from './store.ts';
import type { FindingState, RiskClass } from './types.ts';

interface UnseenRow {
  id: string;
  rule: string;
  tenant_id: string;
  subject_kind: Subject['kind'];
  subject_id: string;
  class: RiskClass;
  action: string;
  amount_minor: string | null;
  state: FindingState;
  reopened_since?: boolean;
}

const COLUMNS = `f.id, f.rule, f.tenant_id, f.subject_kind, f.subject_id, f.class, f.action, f.amount_minor, f.state`;

/**
 * Ends a run's look at findings it did not see: those of rules in `looked` are resolved, all others that are open are
 * carried over. A failed, partial or truncated run passes no rules, so it resolves nothing. What was seen or opened
 * after the run's snapshot is left alone. A run that is about some rules only names them: findings of all others are no
 * matter of its. Returns the audit rows to append.
 */
export async function resolveUnseen(
  tx: Tx,
  look: Look & { runId: RunId },
  looked: ReadonlySet<string>,
  about: readonly string[] | null = null,
): Promise<AuditEntry[]> {
  await lockFindings(tx);
  const unseen = await readUnseen(tx, look.runId, look.observedAt, about);
  const isGone = (row: UnseenRow) => looked.has(row.rule) && !row.reopened_since;
  const gone = unseen.filter(isGone);
  const entries = await resolveRows(tx, look, gone);
  const carried = unseen.filter((row) => !isGone(row) && row.state === 'open');
  await insertRunFindings(tx, look.runId, [
    ...gone.map((row) => ({ findingId: row.id, appearance: 'resolved' as const })),
    ...carried.map((row) => ({ findingId: row.id, appearance: 'carried' as const })),
  ]);
  return entries;
}

/** Resolves findings by key outside a run, for what is known to be over without one. Returns the audit rows to append. */
export async function resolveByKey(tx: Tx, look: Look, keys: readonly string[]): Promise<AuditEntry[]> {
  await lockFindings(tx);
  const { rows } = await tx.query<UnseenRow>(
    `select ${COLUMNS} from findings f where key = any ($1) and state <> 'resolved' for update`,
    [keys],
  );
  return await resolveRows(tx, look, rows);
}

async function resolveRows(tx: Tx, look: Look, gone: readonly UnseenRow[]): Promise<AuditEntry[]> {
  await markResolved(
    tx,
    gone.map((row) => row.id),
    look,
  );
  const changes = gone.map((row) => ({
    row,
    change: {
      findingId: row.id,
      change: 'resolved',
      rule: row.rule,
      class: row.class,
      action: row.action,
      amountMinor: row.amount_minor === null ? null : BigInt(row.amount_minor),
    } satisfies HistoryWrite,
  }));
  await insertHistory(
    tx,
    changes.map(({ change }) => change),
    { at: look.now, actor: look.actor, runId: look.runId },
  );
  return changes.map(({ row, change }) =>
    auditEntryOf(
      change,
      { tenantId: row.tenant_id, subject: { kind: row.subject_kind, id: row.subject_id } },
      look,
    ),
  );
}

/**
 * Keeps findings that this run could not tell of, although it looked, from being resolved: an account that is unknown
 * or skipped is not clean. Open ones are shown as carried over.
 */
export async function carryUntold(
  tx: Tx,
  look: Look & { runId: RunId },
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const { rows } = await tx.query<{ id: string; state: FindingState }>(
    `select id, state from findings where key = any ($1) and state <> 'resolved'`,
    [keys],
  );
  const idsOf = (state: FindingState) => rows.filter((row) => row.state === state).map((row) => row.id);
  await touchFindings(tx, idsOf('accepted'), look.observedAt, look.runId);
  await leaveUnconfirmed(tx, look.runId, keys);
  await insertRunFindings(
    tx,
    look.runId,
    idsOf('open').map((findingId) => ({ findingId, appearance: 'carried' })),
  );
}

/**
 * What somebody opened again after the run's snapshot was closed when the run stored what it saw, so the run can't tell
 * whether it is over.
 */
async function readUnseen(
  tx: Queryable,
  runId: RunId,
  observedAt: Date,
  about: readonly string[] | null,
): Promise<UnseenRow[]> {
  const { rows } = await tx.query<UnseenRow>(
    `select ${COLUMNS},
            exists (select from finding_history h
                     where h.finding_id = f.id and h.at > $2 and h.change in ('reopened', 'undone')) as reopened_since
       from findings f
      where f.state <> 'resolved' and f.last_seen_at < $2 and ($3::text[] is null or f.rule = any ($3))
        and not exists (select from run_findings r where r.run_id = $1 and r.finding_id = f.id)
      order by f.id
        for update of f`,
    [runId, observedAt, about],
  );
  return rows;
}

async function markResolved(tx: Queryable, ids: readonly string[], look: Look): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update findings set state = 'resolved', resolved_at = $2, confirmed_at = $2, accepted_until = null, closed_by = null,
            closed_reason = null, closed_at = null, last_run_id = coalesce($3, last_run_id)
      where id = any ($1::uuid[])`,
    [ids, look.now, look.runId],
  );
}
