import { hash as digest } from 'node:crypto';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { AuditEntry } from '../audit/types.ts';
import type { TenantId } from '../ids.ts';
import type { Override, OverrideFacts, TermChange } from './types.ts';

/** The audit row of one transition. What people wrote stands beside the chain. */
export function overrideEntry(
  override: Override,
  action: string,
  { actor, data = {}, personal = '' }: { actor: string; data?: object; personal?: string },
): AuditEntry {
  return {
    actor,
    action: `override.${action}`,
    tenantId: override.tenantId as TenantId,
    subject: { kind: 'override', id: override.id },
    data: {
      kind: override.kind,
      subject: override.subject.id,
      target: override.target,
      basis: override.basis,
      version: override.version,
      state: override.state,
      ...data,
    },
    ...(personal === '' ? {} : { personal }),
  };
}

/** A state as the chain keeps it: bound by its hash, without account and payee, which could never be erased there. */
export function markOf(
  facts: OverrideFacts | null,
): { state: string; readAt: string; sha256: string } | null {
  if (facts === null) return null;
  return { state: facts.state, readAt: facts.readAt, sha256: digest('sha256', canonicalJson(facts)) };
}

/** What changed, as the chain keeps it: that the payee did, not from whom to whom. */
export function changesForLog(changes: readonly TermChange[]): object[] {
  return changes.map(({ what, before, after }) => (what === 'payee' ? { what } : { what, before, after }));
}
