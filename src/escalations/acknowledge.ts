import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { TenantId, UserId } from '../ids.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { EscalationDeps } from './deps.ts';
import { enqueueClimb } from './start-escalations.ts';
import { pageAnswer } from './page.ts';
import { lapsesAt } from './rules.ts';
import { refreshEscalation } from './show.ts';
import { lockEscalation, markAcknowledged } from './store.ts';
import type { Escalation } from './types.ts';

/** Why nothing was done; all of them are told to whoever asked. */
export type EscalationRefusal =
  | { why: 'not_found' }
  | { why: 'over'; at: Date }
  | { why: 'acknowledged'; by: UserId; at: Date }
  | { why: 'holds_no_role'; user: UserId }
  | { why: 'roles_unread' }
  | { why: 'root_cause_known'; by: UserId };

export type Outcome<Done = object> = ({ ok: true } & Done) | { ok: false; refusal: EscalationRefusal };

/** Somebody answers: it climbs no further until so long nothing happens that the acknowledgement lapses. */
export async function acknowledge(
  deps: EscalationDeps,
  now: Date,
  { id, person }: { id: string; person: Pick<Person, 'userId'> },
): Promise<Outcome<{ lapsesAt: Date }>> {
  return await withTransaction(deps.pool, async (tx) => {
    const found = await lockLive(tx, id);
    if (!found.ok) return found;
    const { escalation } = found;
    const { acknowledgedBy, acknowledgedAt } = escalation;
    if (escalation.state === 'acknowledged' && acknowledgedBy !== null && acknowledgedAt !== null)
      return { ok: false, refusal: { why: 'acknowledged', by: acknowledgedBy, at: acknowledgedAt } };
    const entry = await take(tx, deps, now, { escalation, person });
    await appendAudit(tx, now, [entry]);
    return { ok: true, lapsesAt: lapsesAt(escalation, now, deps.policy) };
  });
}

/** Makes it theirs, under the row's lock; gives the audit row to append. */
export async function take(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  { escalation, person }: { escalation: Escalation; person: Pick<Person, 'userId'> },
): Promise<AuditEntry> {
  const until = lapsesAt(escalation, now, deps.policy);
  await markAcknowledged(tx, escalation.id, { userId: person.userId, at: now, lapsesAt: until });
  await enqueueClimb(tx, now, escalation.id, until);
  await refreshEscalation(tx, now, escalation.id);
  await deps.onAnswered?.(tx, now, escalation);
  await pageAnswer(tx, deps, now, escalation, 'acknowledge');
  const { round, level } = escalation;
  return entryOf(escalation, person, 'escalation.acknowledged', { round, level, lapsesAt: until });
}

/** The row, locked, unless it is over or was never there. */
export async function lockLive(tx: Tx, id: string): Promise<Outcome<{ escalation: Escalation }>> {
  const escalation = UUID.test(id) ? await lockEscalation(tx, id) : undefined;
  if (escalation === undefined) return { ok: false, refusal: { why: 'not_found' } };
  if (escalation.resolvedAt !== null)
    return { ok: false, refusal: { why: 'over', at: escalation.resolvedAt } };
  return { ok: true, escalation };
}

/** A forged id is no reason for a fault. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The audit row of what a person did with an escalation. */
export function entryOf(
  escalation: Pick<Escalation, 'id' | 'tenantId'>,
  person: Pick<Person, 'userId'>,
  action: string,
  data: object,
): AuditEntry {
  return {
    actor: actorOf(person),
    action,
    tenantId: escalation.tenantId as TenantId | null,
    subject: { kind: 'escalation', id: escalation.id },
    data,
  };
}
