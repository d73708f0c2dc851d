import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { readNames } from '../overrides/approvers.ts';
import { keyOf } from '../overrides/held-roles.ts';
import { actorOf } from '../people/types.ts';
import { attempt, refuse, type Actor } from './attempt.ts';
import { exemptionEntry } from './audit-entries.ts';
import { readBarred, settleClosing } from './closing-store.ts';
import { taskOf, type ExemptionDeps } from './deps.ts';
import { judgeReason } from './fields.ts';
import { lockWaiting } from './lock-waiting.ts';
import type { ExemptionOutcome } from './refusals.ts';
import { refuseReview } from './rights.ts';
import { refreshExemption } from './show.ts';
import { overFrom } from './standing.ts';
import { readClosing, writeExemption, type ExemptionChange } from './store.ts';
import type { Closing, Exemption } from './types.ts';

interface Decision {
  closingId: string;
  verdict: 'accept' | 'refuse';
  /** Needed to refuse. */
  reason: string;
  person: Actor;
}

interface Decided {
  exemption: Exemption;
  closing: Closing;
}

/**
 * Accepts or refuses what was handed in: by somebody of security who is neither owner, deputy nor whoever handed it in.
 * Accepted it is closed for good; refused it is open again. Domain section 7.
 */
export async function decideClosing(
  deps: ExemptionDeps,
  now: Date,
  asked: Decision & { requestId: string },
): Promise<ExemptionOutcome<Decided>> {
  const judged = judgeReason(asked.reason, asked.verdict === 'refuse');
  if (!judged.ok) return judged;
  const { closingId, verdict, person, requestId } = asked;
  const id = (await readClosing(deps.pool, closingId))?.exemptionId ?? null;
  const outcome = await attempt(deps.pool, now, { wanted: verdict, person, id, requestId }, (tx) =>
    decide(tx, deps, now, { closingId, verdict, person, ...judged.fields }),
  );
  if (outcome.ok) deps.onChange?.(verdict === 'accept' ? 'closed' : 'refused');
  return outcome;
}

async function decide(
  tx: Tx,
  deps: ExemptionDeps,
  now: Date,
  { closingId, verdict, person, reason }: Decision,
): Promise<Decided> {
  const waiting = await lockWaiting(tx, closingId);
  const names = await readNames(tx);
  const known = { policy: deps.policy, names };
  const keyNow = (userId: string) => keyOf(known, userId as UserId);
  const barred = await readBarred(tx, closingId);
  const refusal = refuseReview({ ...waiting, barred, keyOf: keyNow }, person);
  if (refusal !== null) refuse(refusal);
  const by = actorOf(person);
  const isAccepted = verdict === 'accept';
  const state = isAccepted ? 'accepted' : 'refused';
  const decided = { state, by: person.userId, key: person.key, at: now, reason } as const;
  const closing = await settleClosing(tx, closingId, decided);
  const change = isAccepted ? closed(deps, now, waiting.exemption) : ({ state: 'open' } as const);
  const exemption = await writeExemption(tx, waiting.exemption, change);
  assert(exemption.state !== 'closing', 'it waits for nobody any more');
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  await refreshExemption(tx, now, exemption);
  const settled = isAccepted ? await deps.settle(tx, now, { exemption, by, how: 'closed' }) : [];
  const { breachedAt } = exemption;
  await appendAudit(tx, now, [
    ...settled,
    exemptionEntry(exemption, isAccepted ? 'closed' : 'closing_refused', {
      actor: by,
      data: { closing: closing.id, submittedBy: closing.submittedBy, breachedAt },
      ...(reason === '' ? {} : { personal: JSON.stringify({ reason }) }),
    }),
  ]);
  return { exemption, closing };
}

/** Closed after its first deadline it is a breach, also where the task had not come to say so. */
function closed({ policy }: ExemptionDeps, now: Date, exemption: Exemption): ExemptionChange {
  const passedAt = overFrom(exemption.firstDeadline, policy.business.time_zone);
  const breachedAt = exemption.breachedAt ?? (now >= passedAt ? passedAt : null);
  return { state: 'closed', closedAt: now, breachedAt };
}
