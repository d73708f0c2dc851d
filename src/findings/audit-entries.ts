import { createHash } from 'node:crypto';
import type { AuditEntry } from '../audit/types.ts';
import type { RunId, Subject, TenantId } from '../ids.ts';
import type { ActedFinding, Change } from './act-types.ts';
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

/** The audit row of what a person did with a finding; their words stand beside the chain. */
export function actEntryOf(
  finding: Pick<
    ActedFinding,
    'id' | 'tenantId' | 'subject' | 'rule' | 'class' | 'amountMinor' | 'state' | 'owner'
  >,
  act: { change: Change; actor: string; note: string; reason: string | null; until: Date | null },
): AuditEntry {
  const { subject } = finding;
  return {
    actor: act.actor,
    action: `finding.${act.change}`,
    tenantId: finding.tenantId,
    subject: { kind: subject.kind, id: boundedId(subject.id) },
    data: {
      finding: finding.id,
      rule: finding.rule,
      class: finding.class,
      amountMinor: finding.amountMinor?.toString() ?? null,
      state: finding.state,
      owner: finding.owner,
      reason: act.reason,
      until: act.until?.toISOString() ?? null,
    },
    ...(act.note === '' ? {} : { personal: act.note }),
  };
}

function boundedId(id: string): string {
  if (id.length <= MAX_SUBJECT) return id;
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
