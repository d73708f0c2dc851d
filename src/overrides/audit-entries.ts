import type { AuditEntry } from '../audit/types.ts';
import type { TenantId } from '../ids.ts';
import type { Override } from './types.ts';

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
