import { createHash } from 'node:crypto';
import type { AuditEntry } from '../audit/types.ts';
import type { RunId, Subject, TenantId } from '../ids.ts';
import type { HistoryWrite } from './store.ts';

/** Longest subject id the audit log keeps as it is; longer ones stand by their hash, since the log is indexed by them. */
const MAX_SUBJECT = 500;

/** The audit row of one change of a finding. */
export function auditEntryOf(
  change: HistoryWrite,
  finding: { tenantId: string; subject: Subject },
  look: { actor: string; runId: RunId | null },
): AuditEntry {
  return {
    actor: look.actor,
    action: `finding.${change.change}`,
    tenantId: finding.tenantId as TenantId,
    subject: { kind: finding.subject.kind, id: boundedId(finding.subject.id) },
    data: {
      finding: change.findingId,
      rule: change.rule,
      class: change.class,
      action: change.action,
      amountMinor: change.amountMinor?.toString() ?? null,
      run: look.runId,
    },
  };
}

function boundedId(id: string): string {
  if (id.length <= MAX_SUBJECT) return id;
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
