import type { AuditEntry } from '../audit/types.ts';
import type { Exemption } from './types.ts';

/** The audit row of one transition. What people wrote stands beside the chain, and so does its name: it is their text. */
export function exemptionEntry(
  exemption: Pick<Exemption, 'id' | 'number' | 'state' | 'ownerId' | 'deputyId' | 'deadline'>,
  action: string,
  { actor, data = {}, personal = '' }: { actor: string; data?: object; personal?: string },
): AuditEntry {
  const { id, number, state, ownerId, deputyId, deadline } = exemption;
  return {
    actor,
    action: `exemption.${action}`,
    tenantId: null,
    subject: { kind: 'exemption', id },
    data: { number, state, ownerId, deputyId, deadline, ...data },
    ...(personal === '' ? {} : { personal }),
  };
}
