import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { claimRequest } from '../people/claim-request.ts';
import { isRefusalDue } from '../people/note-refusal.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { ExemptionOutcome, ExemptionRefusal } from './refusals.ts';

export type Actor = Pick<Person, 'userId' | 'key' | 'roles'>;

/** Who wants what, and of which exemption; a new one has no id yet. */
export interface Attempt {
  wanted: 'add' | 'hand_in' | 'accept' | 'refuse' | 'withdraw' | 'reassign' | 'extend';
  person: Actor;
  id: string | null;
}

/** Ends the transaction without a trace: a form that is corrected and sent again has not used up its request. */
class RefusedError extends Error {
  readonly refusal: ExemptionRefusal;
  readonly id: string | null;

  constructor(refusal: ExemptionRefusal, id: string | null) {
    super(`refused: ${refusal.why}`);
    this.refusal = refusal;
    this.id = id;
  }
}

/** Why what was wanted is refused, from inside of its transaction; `id`: the exemption, when it is known only there. */
export function refuse(refusal: ExemptionRefusal, id: string | null = null): never {
  throw new RefusedError(refusal, id);
}

/** Tries one change in a transaction of its own, once a request; audits the refusals that are attempts at a rule. */
export async function attempt<T extends object>(
  pool: Pool,
  now: Date,
  of: Attempt & { requestId: string },
  work: (tx: Tx) => Promise<T>,
): Promise<ExemptionOutcome<T>> {
  try {
    const done = await withTransaction(pool, async (tx) => {
      if (!(await claimRequest(tx, now, of.requestId))) refuse({ why: 'repeated' });
      return await work(tx);
    });
    return { ok: true, ...done };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await noteAttempt(pool, now, { ...of, id: error.id ?? of.id }, error.refusal);
    return { ok: false, refusal: error.refusal };
  }
}

/**
 * Audits that somebody wanted what the rules forbid: what is not theirs, their own review, the same again within 90
 * days, a third extension. Once a minute per person, exemption and reason. Domain section 7.
 */
export async function noteAttempt(
  pool: Pool,
  now: Date,
  { wanted, person, id }: Attempt,
  refusal: ExemptionRefusal,
): Promise<void> {
  const facts = auditedFacts(refusal);
  if (facts === null || id === null) return;
  await withTransaction(pool, async (tx) => {
    const words = [person.userId, 'exemption', id, wanted, refusal.why];
    if (!(await isRefusalDue(tx, now, words))) return;
    await appendAudit(tx, now, [
      {
        actor: actorOf(person),
        action: 'exemption.refused',
        tenantId: null,
        subject: { kind: 'exemption', id },
        data: { wanted, ...facts },
      },
    ]);
  });
}

function auditedFacts(refusal: ExemptionRefusal): object | null {
  const { why } = refusal;
  if (why === 'not_yours' || why === 'extended_twice') return { why };
  if (why === 'own_review') return { why, as: refusal.as };
  return why === 'closed_recently' ? { why, number: refusal.number, closedOn: refusal.closedOn } : null;
}
