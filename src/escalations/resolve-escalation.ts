import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { writeRootCause } from '../incidents/store.ts';
import { actorOf, type Person } from '../people/types.ts';
import { entryOf, take, UUID, type Outcome } from './acknowledge.ts';
import type { EscalationDeps } from './deps.ts';
import { endEscalation } from './end-escalation.ts';
import { lapsesAt } from './rules.ts';
import { refreshEscalation } from './show.ts';
import { keepRootCause, lockEscalation, postponeLapse } from './store.ts';
import type { Escalation } from './types.ts';

/** A root cause is short: what it takes more words to say belongs into a post-mortem. */
export const MOST_ROOT_CAUSE = 500;

export interface RootCause {
  id: string;
  person: Pick<Person, 'userId'>;
  rootCause: string;
  /** '' when nothing has to change. */
  remediation: string;
}

/** `awaits_run`: what it is about is not over yet, and a run must confirm it; `kept`: it was over, and lacked its root cause. */
export type ResolvedAs = 'resolved' | 'awaits_run' | 'kept';

/**
 * Keeps the root cause of an escalation. What a person opened is over with that; what a rule found is over when a run no
 * longer finds it, so until then it counts as acknowledged, with a lapse as every acknowledgement has.
 */
export async function resolveEscalation(
  deps: EscalationDeps,
  now: Date,
  wanted: RootCause,
): Promise<Outcome<{ as: ResolvedAs }>> {
  return await withTransaction(deps.pool, async (tx): Promise<Outcome<{ as: ResolvedAs }>> => {
    const escalation = UUID.test(wanted.id) ? await lockEscalation(tx, wanted.id) : undefined;
    if (escalation === undefined) return { ok: false, refusal: { why: 'not_found' } };
    const isOver = escalation.state === 'resolved';
    if (isOver && escalation.rootCause !== null && escalation.rootCauseBy !== null)
      return { ok: false, refusal: { why: 'root_cause_known', by: escalation.rootCauseBy } };
    const as: ResolvedAs = isOver ? 'kept' : isByPerson(escalation) ? 'resolved' : 'awaits_run';
    const entries = await keep(tx, deps, now, { escalation, wanted, as });
    await refreshEscalation(tx, now, escalation.id);
    await appendAudit(tx, now, entries);
    return { ok: true, as };
  });
}

/** A rule's word against a person's: only what a person opened is over when a person says so. */
function isByPerson({ subject }: Escalation): boolean {
  return subject.kind === 'incident';
}

async function keep(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  { escalation, wanted, as }: { escalation: Escalation; wanted: RootCause; as: ResolvedAs },
): Promise<AuditEntry[]> {
  const { id } = escalation;
  const { person, rootCause } = wanted;
  const remediation = wanted.remediation === '' ? null : wanted.remediation;
  const entries: AuditEntry[] = [];
  if (as === 'awaits_run') {
    if (escalation.state === 'open') entries.push(await take(tx, deps, now, { escalation, person }));
    await postponeLapse(tx, id, lapsesAt(escalation, now, deps.policy));
  }
  const told = { rootCause, remediation, by: person.userId, at: now, awaitsRun: as === 'awaits_run' };
  await keepRootCause(tx, id, told);
  await writeRootCause(tx, { escalationId: id, rootCause, remediation });
  const noted = entryOf(escalation, person, 'escalation.root_cause_told', { awaitsRun: as === 'awaits_run' });
  entries.push({ ...noted, personal: remediation === null ? rootCause : `${rootCause}\n\n${remediation}` });
  if (as === 'resolved') {
    const by = actorOf(person);
    entries.push(...(await endEscalation(tx, deps, now, { escalation, by, how: 'person' })));
  }
  return entries;
}
