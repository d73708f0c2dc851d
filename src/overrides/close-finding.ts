import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { insertActHistory, lockFinding, standingOf, writeStanding } from '../findings/act-store.ts';
import { actEntryOf } from '../findings/audit-entries.ts';
import { followFindings } from '../findings/follow-findings.ts';
import { lockFindings } from '../findings/store.ts';
import { ACTOR, type OverrideDeps } from './deps.ts';
import type { Override } from './types.ts';

/**
 * Closes the finding that it was asked from, naming the override. No run has looked yet, so it counts as unconfirmed, as
 * what people close by hand, and returns when the next one still sees it. A payout's own finding is left to the look that
 * follows the operation. Gives the audit rows to append.
 */
export async function closeFinding(
  tx: Tx,
  { findings }: OverrideDeps,
  now: Date,
  { findingId, id }: Override,
): Promise<AuditEntry[]> {
  if (findingId === null) return [];
  await lockFindings(tx);
  const finding = await lockFinding(tx, findingId);
  if (finding === undefined || finding.state !== 'open') return [];
  const { rowCount: isPayouts } = await tx.query(`select from findings where id = $1 and family = 'payout'`, [
    findingId,
  ]);
  if (isPayouts === 1) return [];
  const reason = 'corrected';
  const standing = {
    ...standingOf(finding),
    state: 'resolved' as const,
    acceptedUntil: null,
    resolvedAt: now,
    closedBy: ACTOR,
    closedReason: reason,
    closedAt: now,
    confirmedAt: null,
  };
  await writeStanding(tx, finding.id, finding.state, standing);
  const act = { change: 'resolved' as const, actor: ACTOR, note: `override ${id}`, reason, until: null };
  await insertActHistory(tx, { ...act, finding, at: now, before: null });
  const followed = await followFindings(tx, now, findings ?? {});
  await findings?.refreshReports(tx, now, { findingId: finding.id, opening: finding.opening });
  return [actEntryOf({ ...finding, ...standing }, act), ...followed];
}
