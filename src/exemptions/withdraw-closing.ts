import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { actorOf } from '../people/types.ts';
import { attempt, refuse, type Actor } from './attempt.ts';
import { exemptionEntry } from './audit-entries.ts';
import { settleClosing } from './closing-store.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { lockWaiting } from './lock-waiting.ts';
import type { ExemptionOutcome } from './refusals.ts';
import { mayWithdraw } from './rights.ts';
import { refreshExemption } from './show.ts';
import { readClosing, writeExemption } from './store.ts';
import type { Closing, Exemption } from './types.ts';

interface Withdrawn {
  exemption: Exemption;
  closing: Closing;
}

/** Takes back what was handed in: by whoever did, or the owner. It is open again. */
export async function withdrawClosing(
  deps: ExemptionDeps,
  now: Date,
  asked: { closingId: string; person: Actor; requestId: string },
): Promise<ExemptionOutcome<Withdrawn>> {
  const { closingId, person, requestId } = asked;
  const id = (await readClosing(deps.pool, closingId))?.exemptionId ?? null;
  const outcome = await attempt(deps.pool, now, { wanted: 'withdraw', person, id, requestId }, (tx) =>
    withdraw(tx, now, closingId, person),
  );
  if (outcome.ok) deps.onChange?.('withdrawn');
  return outcome;
}

async function withdraw(tx: Tx, now: Date, closingId: string, person: Actor): Promise<Withdrawn> {
  const waiting = await lockWaiting(tx, closingId);
  if (!mayWithdraw(waiting.exemption, waiting.closing, person)) refuse({ why: 'not_yours' });
  const closing = await settleClosing(tx, closingId, {
    state: 'withdrawn',
    by: person.userId,
    key: person.key,
    at: now,
    reason: '',
  });
  const exemption = await writeExemption(tx, waiting.exemption, { state: 'open' });
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  await refreshExemption(tx, now, exemption);
  const data = { closing: closing.id };
  await appendAudit(tx, now, [exemptionEntry(exemption, 'withdrawn', { actor: actorOf(person), data })]);
  return { exemption, closing };
}
