import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { actorOf } from '../people/types.ts';
import { attempt, refuse, type Actor } from './attempt.ts';
import { exemptionEntry } from './audit-entries.ts';
import { openClosingCard } from './closing-card.ts';
import { insertClosing } from './closing-store.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { judgeEvidence } from './fields.ts';
import type { ExemptionOutcome } from './refusals.ts';
import { mayHandIn } from './rights.ts';
import { refreshExemption } from './show.ts';
import { lockExemption, writeExemption } from './store.ts';
import type { Closing, Exemption } from './types.ts';

interface HandedIn {
  exemption: Exemption;
  closing: Closing;
}

/** Hands in what proves that it is closed; somebody of security looks at it. Until then it is "closing". Domain section 7. */
export async function submitClosing(
  deps: ExemptionDeps,
  now: Date,
  asked: { id: string; evidenceLink: string; evidenceNote: string; person: Actor; requestId: string },
): Promise<ExemptionOutcome<HandedIn>> {
  const judged = judgeEvidence(asked);
  if (!judged.ok) return judged;
  const { id, person, requestId } = asked;
  const outcome = await attempt(deps.pool, now, { wanted: 'hand_in', person, id, requestId }, (tx) =>
    handIn(tx, now, { id, person, ...judged.fields }),
  );
  if (outcome.ok) deps.onChange?.('handed_in');
  return outcome;
}

async function handIn(
  tx: Tx,
  now: Date,
  asked: { id: string; evidenceLink: string; evidenceNote: string; person: Actor },
): Promise<HandedIn> {
  const { person, evidenceLink, evidenceNote } = asked;
  const before = await lockExemption(tx, asked.id);
  if (before === null) refuse({ why: 'not_found' }, null);
  if (!mayHandIn(before, person)) refuse({ why: 'not_yours' });
  if (before.state !== 'open') refuse({ why: 'not_open', state: before.state });
  const { ownerId, ownerKey, deputyId, deputyKey } = before;
  // By id as well: whose other account somebody is, the policy may say later.
  const barred = [ownerKey, deputyKey, ownerId, deputyId].filter((word) => word !== null);
  const closing = await insertClosing(
    tx,
    {
      id: newId(),
      exemptionId: before.id,
      submittedBy: person.userId,
      submitterKey: person.key,
      submittedAt: now,
      evidenceLink,
      evidenceNote,
    },
    [...new Set(barred)],
  );
  const exemption = await writeExemption(tx, before, { state: 'closing', closingId: closing.id });
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  await openClosingCard(tx, now, closing);
  await refreshExemption(tx, now, exemption);
  await appendAudit(tx, now, [
    exemptionEntry(exemption, 'handed_in', {
      actor: actorOf(person),
      data: { closing: closing.id, closingNumber: closing.number },
      personal: JSON.stringify({ evidenceLink, evidenceNote }),
    }),
  ]);
  return { exemption, closing };
}
