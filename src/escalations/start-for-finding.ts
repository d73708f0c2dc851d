import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { lockFindings } from '../findings/store.ts';
import type { EscalationId } from '../ids.ts';
import { actorOf, type Person } from '../people/types.ts';
import { UUID } from './acknowledge.ts';
import { readFinding } from './causes.ts';
import type { EscalationDeps } from './deps.ts';
import { escalationFor } from './follow-findings.ts';
import { startEscalations } from './start-escalations.ts';
import { lockOpenFor } from './store.ts';
import type { Escalation } from './types.ts';

export type StartOutcome =
  | { ok: true; id: EscalationId; firstAt: Date }
  | {
      ok: false;
      refusal: { why: 'not_found' } | { why: 'not_open' } | { why: 'climbs'; escalation: Escalation };
    };

/** A person wants somebody told of a finding that no rule escalates, or not any more: over when it isn't open any more. */
export async function startForFinding(
  deps: EscalationDeps,
  now: Date,
  { findingId, person }: { findingId: string; person: Pick<Person, 'userId'> },
): Promise<StartOutcome> {
  return await withTransaction(deps.pool, async (tx): Promise<StartOutcome> => {
    // Runs and acts that change findings wait here, and so does what follows from them.
    await lockFindings(tx);
    const finding = UUID.test(findingId) ? await readFinding(tx, findingId) : undefined;
    if (finding === undefined) return { ok: false, refusal: { why: 'not_found' } };
    if (!finding.isOpen) return { ok: false, refusal: { why: 'not_open' } };
    const climbing = await lockOpenFor(tx, finding.causeKey);
    if (climbing !== undefined) return { ok: false, refusal: { why: 'climbs', escalation: climbing } };
    return await start(tx, deps, now, escalationFor(deps, finding, actorOf(person)));
  });
}

async function start(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  wanted: Parameters<typeof startEscalations>[3][number],
): Promise<StartOutcome> {
  const { started, entries } = await startEscalations(tx, deps, now, [wanted]);
  const [first] = started;
  if (first === undefined) return { ok: false, refusal: { why: 'not_open' } };
  await appendAudit(tx, now, entries);
  return { ok: true, id: first.id, firstAt: first.nextAt };
}
