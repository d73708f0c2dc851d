import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { ACTOR } from './deps.ts';
import { overFrom } from './standing.ts';
import { writeExemption } from './store.ts';
import type { Exemption } from './types.ts';

/**
 * Since when the first deadline is broken, where that is not noted yet: it passed before the exemption was closed. An
 * extension changes nothing about it. Null: it is kept so far, or noted. Pure. Domain section 7.
 */
export function breachOf(exemption: Exemption, now: Date, zone: string): Date | null {
  if (exemption.breachedAt !== null) return null;
  const over = overFrom(exemption.firstDeadline, zone);
  return over <= (exemption.closedAt ?? now) ? over : null;
}

/** Notes it for good, under the exemption's lock. */
export async function noteBreach(
  tx: Tx,
  exemption: Exemption,
  breachedAt: Date,
): Promise<{ exemption: Exemption; entry: AuditEntry }> {
  const { id, firstDeadline } = exemption;
  const entry: AuditEntry = {
    actor: ACTOR,
    action: 'exemption.breached',
    tenantId: null,
    subject: { kind: 'exemption', id },
    data: { firstDeadline },
  };
  return { exemption: await writeExemption(tx, exemption, { breachedAt }), entry };
}
