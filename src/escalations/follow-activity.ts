import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { readFinding } from './causes.ts';
import type { EscalationDeps } from './deps.ts';
import { escalationFor } from './follow-findings.ts';
import { renewAcknowledgement } from './renew.ts';
import { startEscalations } from './start-escalations.ts';
import { readStarterOfEnded } from './store.ts';

/** What a person did about a finding. */
export interface Activity {
  findingId: string;
  causeKey: string;
  /** When the act was done that this one takes back; null when it takes none back. */
  undoneFrom: Date | null;
}

/**
 * Follows what a person did, in the transaction of what they did: an acknowledgement lasts for as long again, and where a
 * close is taken back that had ended an escalation which a person started, it climbs again. Those of rules follow from
 * the findings by themselves. Gives the audit rows to append.
 */
export async function followActivity(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  { findingId, causeKey, undoneFrom }: Activity,
): Promise<AuditEntry[]> {
  await renewAcknowledgement(tx, deps, now, causeKey);
  if (undoneFrom === null) return [];
  const finding = await readFinding(tx, findingId);
  const startedBy = await readStarterOfEnded(tx, causeKey, undoneFrom);
  if (finding?.isOpen !== true || startedBy === null) return [];
  const { entries } = await startEscalations(tx, deps, now, [escalationFor(deps, finding, startedBy)]);
  return entries;
}
