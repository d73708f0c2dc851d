import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { actorOf } from '../people/types.ts';
import { attempt, noteAttempt, refuse, type Actor } from './attempt.ts';
import { exemptionEntry } from './audit-entries.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { readHolder } from './owner.ts';
import type { ExemptionOutcome, ExemptionRefusal } from './refusals.ts';
import { mayReassign } from './rights.ts';
import { refreshExemption } from './show.ts';
import { lockExemption, readExemption, writeExemption } from './store.ts';
import type { Exemption } from './types.ts';

interface Reassignment {
  id: string;
  /** A Slack user id; one's own to take it over. */
  ownerId: string;
  person: Actor;
}

/**
 * Gives an exemption to somebody else: by the owner, the deputy, security or leads. The deadline stays; a deputy who takes
 * it over is no deputy any more.
 */
export async function reassignExemption(
  deps: ExemptionDeps,
  now: Date,
  asked: Reassignment & { requestId: string },
): Promise<ExemptionOutcome<{ exemption: Exemption }>> {
  const { id, ownerId, person, requestId } = asked;
  const seen = await readExemption(deps.pool, id);
  // Before Slack is asked: whoever may not hand it over learns nothing of who is there.
  const refusal = refuseReassigning(seen, person);
  if (refusal !== null) {
    await noteAttempt(deps.pool, now, { wanted: 'reassign', person, id: seen?.id ?? null }, refusal);
    return { ok: false, refusal };
  }
  const holder = await readHolder(deps, ownerId.trim(), 'owner');
  if (!holder.ok) return holder;
  const outcome = await attempt(deps.pool, now, { wanted: 'reassign', person, id, requestId }, (tx) =>
    reassign(tx, now, { id, person }, holder),
  );
  if (outcome.ok) deps.onChange?.('reassigned');
  return outcome;
}

function refuseReassigning(exemption: Exemption | null, person: Actor): ExemptionRefusal | null {
  if (exemption === null) return { why: 'not_found' };
  if (!mayReassign(exemption, person)) return { why: 'not_yours' };
  return exemption.state === 'closed' ? { why: 'not_open', state: 'closed' } : null;
}

async function reassign(
  tx: Tx,
  now: Date,
  { id, person }: Pick<Reassignment, 'id' | 'person'>,
  owner: { id: string; key: string },
): Promise<{ exemption: Exemption }> {
  const before = await lockExemption(tx, id);
  const refusal = refuseReassigning(before, person);
  if (refusal !== null || before === null) refuse(refusal ?? { why: 'not_found' });
  const isDeputy = before.deputyKey === owner.key;
  const exemption = await writeExemption(tx, before, {
    ownerId: owner.id,
    ownerKey: owner.key,
    ...(isDeputy ? { deputyId: null, deputyKey: null } : {}),
  });
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  await refreshExemption(tx, now, exemption);
  const data = { from: before.ownerId, to: exemption.ownerId };
  await appendAudit(tx, now, [exemptionEntry(exemption, 'reassigned', { actor: actorOf(person), data })]);
  return { exemption };
}
