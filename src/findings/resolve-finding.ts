import { actorOf } from '../people/types.ts';
import { refuseAct } from './act-rules.ts';
import { standingOf } from './act-store.ts';
import type { ActOutcome, ActRequest } from './act-types.ts';
import type { FindingsDeps } from './deps.ts';
import { performAct } from './perform-act.ts';

/** Closes a finding by hand. It returns if the next complete run still sees it; until one has looked it is unconfirmed. */
export async function resolveFinding(
  deps: FindingsDeps,
  now: Date,
  request: ActRequest,
): Promise<ActOutcome> {
  const { person, reason } = request;
  return await performAct(deps, now, request, async (_tx, finding) => {
    const refusal = refuseAct(finding, 'resolve', request.seen, person.userId);
    if (refusal !== null) return { ok: false, refusal };
    const closed = { closedBy: actorOf(person), closedReason: reason, closedAt: now };
    const standing = {
      ...standingOf(finding),
      ...closed,
      state: 'resolved' as const,
      acceptedUntil: null,
      resolvedAt: now,
      confirmedAt: null,
    };
    return { ok: true, act: { change: 'resolved', standing } };
  });
}
