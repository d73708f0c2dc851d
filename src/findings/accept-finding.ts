import { requestCard } from '../cards/request-card.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import { actorOf } from '../people/types.ts';
import { ACCEPTANCE_CARD, acceptanceSubject, APPROVALS_CHANNEL } from './acceptance-card.ts';
import { insertAcceptance, readOpenAcceptance, type AcceptanceId } from './acceptance-store.ts';
import { askedHash, decideUntil, refuseAct } from './act-rules.ts';
import { standingOf } from './act-store.ts';
import type { ActedFinding, ActOutcome, ActRequest, Standing } from './act-types.ts';
import type { FindingsDeps } from './deps.ts';
import { performAct, type Decision } from './perform-act.ts';
import { REOPEN_ACCEPTED_TASK } from './reopen-accepted.ts';

/**
 * Accepts a finding as it was seen until the end of a business day, at most 30 days ahead. A HIGH is proposed only:
 * another person must approve. A run reopens what grew or rose; the day's end does so as well.
 */
export async function acceptFinding(
  deps: FindingsDeps,
  now: Date,
  request: ActRequest & { day: string },
): Promise<ActOutcome> {
  const { person } = request;
  return await performAct(deps, now, request, async (tx, finding) => {
    const refusal = refuseAct(finding, 'accept', request.seen, person.userId);
    if (refusal !== null) return { ok: false, refusal };
    const decided = decideUntil(request.day, now, deps.policy.business.time_zone);
    if (!decided.ok) return decided;
    const { until } = decided;
    if (finding.class === 'HIGH') return await propose(tx, now, finding, { ...request, until });
    const proof = { by: actorOf(person), reason: request.reason, at: now, until };
    const act = {
      change: 'accepted' as const,
      standing: accepted(standingOf(finding), proof),
      until,
      tasks: () => watchUntil(tx, now, finding.id, until),
    };
    return { ok: true, act };
  });
}

/** Accepted until then, and who says so. */
export function accepted(
  standing: Standing,
  { by, reason, at, until }: { by: string; reason: string; at: Date; until: Date },
): Standing {
  const closed = { closedBy: by, closedReason: reason, closedAt: at };
  return { ...standing, ...closed, state: 'accepted', acceptedUntil: until };
}

/** Looks at the finding when its acceptance, or the proposal of one, is over. */
export async function watchUntil(tx: Tx, now: Date, findingId: string, until: Date): Promise<void> {
  const key = `${REOPEN_ACCEPTED_TASK}:${findingId}`;
  await enqueueTask(tx, now, { kind: REOPEN_ACCEPTED_TASK, key, payload: { findingId }, dueAt: until });
}

async function propose(
  tx: Tx,
  now: Date,
  finding: ActedFinding,
  request: ActRequest & { until: Date },
): Promise<Decision> {
  const open = await readOpenAcceptance(tx, finding.id);
  if (open !== null)
    return { ok: false, refusal: { why: 'proposed_already', by: open.proposedBy, at: open.proposedAt } };
  const id = newId<AcceptanceId>();
  const { person, until, reason, note } = request;
  const proposal = { id, finding, askedHash: askedHash(finding), until, reason, note };
  return {
    ok: true,
    act: {
      change: 'proposed',
      standing: standingOf(finding),
      until,
      rows: () => insertAcceptance(tx, { ...proposal, by: actorOf(person), key: person.key, at: now }),
      async tasks() {
        await watchUntil(tx, now, finding.id, until);
        const subject = acceptanceSubject(id);
        await requestCard(tx, now, { kind: ACCEPTANCE_CARD, subject, channel: APPROVALS_CHANNEL });
      },
    },
  };
}
