import { randomUUID } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { claimRequest } from '../people/claim-request.ts';
import type { Person } from '../people/types.ts';
import { entryOf, lockLive, take, type Outcome } from './acknowledge.ts';
import type { EscalationDeps } from './deps.ts';
import { lapsesAt } from './rules.ts';
import { refreshEscalation, showHandOver } from './show.ts';
import { postponeLapse, setOwner } from './store.ts';
import { holdsAnyRole } from './whom.ts';

export const MOST_NOTE = 1_000;

/**
 * Gives an escalation to somebody else who holds a role, and tells them in its thread. Whoever hands over has answered,
 * so one that nobody has acknowledged is acknowledged by them. The same request twice is one hand-over.
 */
export async function handOver(
  deps: EscalationDeps,
  now: Date,
  wanted: { id: string; person: Pick<Person, 'userId'>; to: UserId; note: string; requestId: string },
): Promise<Outcome> {
  const { person, to } = wanted;
  return await withTransaction(deps.pool, async (tx): Promise<Outcome> => {
    const found = await lockLive(tx, wanted.id);
    if (!found.ok) return found;
    const holds = await holdsAnyRole(tx, deps.policy.roles, to);
    if (holds === null) return { ok: false, refusal: { why: 'roles_unread' } };
    if (!holds) return { ok: false, refusal: { why: 'holds_no_role', user: to } };
    if (!(await claimRequest(tx, now, `hand_over:${wanted.requestId}`))) return { ok: true };
    const { escalation } = found;
    const { id } = escalation;
    const taken = escalation.state === 'open' ? [await take(tx, deps, now, { escalation, person })] : [];
    await setOwner(tx, id, to);
    await postponeLapse(tx, id, lapsesAt(escalation, now, deps.policy));
    const handover = {
      id: randomUUID(),
      escalationId: id,
      at: now,
      by: person.userId,
      to,
      note: wanted.note,
    };
    await insertHandover(tx, handover);
    await showHandOver(tx, now, id, handover.id);
    await refreshEscalation(tx, now, id);
    const entry = entryOf(escalation, person, 'escalation.handed_over', { to });
    await appendAudit(tx, now, [...taken, wanted.note === '' ? entry : { ...entry, personal: wanted.note }]);
    return { ok: true };
  });
}

export interface Handover {
  id: string;
  escalationId: string;
  at: Date;
  by: UserId;
  to: UserId;
  note: string;
}

async function insertHandover(db: Queryable, row: Handover): Promise<void> {
  await db.query(
    `insert into escalation_handovers (id, escalation_id, at, by_user, to_user, note) values ($1, $2, $3, $4, $5, $6)`,
    [row.id, row.escalationId, row.at, row.by, row.to, row.note],
  );
}

/** What a hand-over's message shows; null when there is none of this id. */
export async function loadHandover(db: Queryable, id: string): Promise<Handover | null> {
  const { rows } = await db.query<Handover>(
    `select id, escalation_id as "escalationId", at, by_user as by, to_user as to, note
       from escalation_handovers where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
