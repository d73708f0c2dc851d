import type { AuditEntry } from '../audit/types.ts';
import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { ACCEPTANCE_CARD, acceptanceSubject } from './acceptance-card.ts';
import { listOvertaken, settleAcceptance, type Acceptance } from './acceptance-store.ts';
import { insertActHistory, lockFinding } from './act-store.ts';
import { actEntryOf } from './audit-entries.ts';

const ACTOR = 'job:findings';

/**
 * Ends every proposal whose finding is closed by now, or has another rule, class or amount than was proposed: nobody
 * may approve what nobody asked for. Gives the audit rows to append.
 */
export async function overtakeAcceptances(tx: Tx, now: Date): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const proposal of await listOvertaken(tx)) entries.push(...(await overtake(tx, now, proposal)));
  return entries;
}

/** Ends one proposal that came to nothing. */
export async function overtake(tx: Tx, now: Date, proposal: Acceptance): Promise<AuditEntry[]> {
  if (!(await settleAcceptance(tx, proposal.id, { state: 'overtaken', by: ACTOR, at: now }))) return [];
  const finding = await lockFinding(tx, proposal.findingId);
  if (finding === undefined) return [];
  const act = { change: 'overtaken' as const, actor: ACTOR, note: '', reason: null, until: proposal.until };
  await insertActHistory(tx, { ...act, finding, at: now, before: null });
  await refreshCards(tx, now, { kind: ACCEPTANCE_CARD, subject: acceptanceSubject(proposal.id) });
  return [actEntryOf(finding, act)];
}
