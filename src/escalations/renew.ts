import type { Tx } from '../database/pool.ts';
import type { EscalationDeps } from './deps.ts';
import { lapsesAt } from './rules.ts';
import { refreshEscalation } from './show.ts';
import { lockOpenFor, postponeLapse } from './store.ts';

/**
 * Somebody did something about a cause, in the transaction of what they did: an acknowledgement of its escalation lasts
 * for as long again. One that nobody has acknowledged climbs on.
 */
export async function renewAcknowledgement(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  causeKey: string,
): Promise<void> {
  const escalation = await lockOpenFor(tx, causeKey);
  if (escalation?.state !== 'acknowledged') return;
  await postponeLapse(tx, escalation.id, lapsesAt(escalation, now, deps.policy));
  await refreshEscalation(tx, now, escalation.id);
}
