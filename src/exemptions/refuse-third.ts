import { appendAudit } from '../audit/append.ts';
import { withTransaction } from '../database/pool.ts';
import { actorOf } from '../people/types.ts';
import { noteAttempt, type Actor } from './attempt.ts';
import type { ExemptionDeps } from './deps.ts';
import type { ExemptionRefusal } from './refusals.ts';
import { mayHandIn } from './rights.ts';
import { lockExemption } from './store.ts';
import { MOST_EXTENSIONS, type Exemption } from './types.ts';

/**
 * Why somebody does not get the form that asks for more time: it is not theirs, or it was extended twice, and then it is
 * escalated, since time is no answer any more. Audited. Domain section 7.
 */
export async function refuseThird(
  deps: ExemptionDeps,
  now: Date,
  { exemption, person }: { exemption: Exemption; person: Actor },
): Promise<ExemptionRefusal> {
  const refusal: ExemptionRefusal = { why: mayHandIn(exemption, person) ? 'extended_twice' : 'not_yours' };
  await noteAttempt(deps.pool, now, { wanted: 'extend', person, id: exemption.id }, refusal);
  if (refusal.why === 'not_yours') return refusal;
  await withTransaction(deps.pool, async (tx) => {
    const live = await lockExemption(tx, exemption.id);
    if (live === null || live.state === 'closed' || live.extensions < MOST_EXTENSIONS) return;
    const entries = await deps.escalate(tx, now, { exemption: live, startedBy: actorOf(person) });
    await appendAudit(tx, now, entries);
  });
  return refusal;
}
