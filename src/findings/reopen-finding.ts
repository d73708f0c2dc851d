import { refuseAct } from './act-rules.ts';
import { standingOf } from './act-store.ts';
import type { ActOutcome, ActRequest } from './act-types.ts';
import type { FindingsDeps } from './deps.ts';
import { performAct } from './perform-act.ts';
import type { Standing } from './act-types.ts';

/** Opens a closed finding again, with its history and owner. */
export async function reopenFinding(deps: FindingsDeps, now: Date, request: ActRequest): Promise<ActOutcome> {
  return await performAct(deps, now, { ...request, reason: null }, async (_tx, finding) => {
    const refusal = refuseAct(finding, 'reopen', request.seen, request.person.userId);
    if (refusal !== null) return { ok: false, refusal };
    return { ok: true, act: { change: 'reopened', standing: reopened(standingOf(finding)) } };
  });
}

/** Open again, as if nobody had closed it. */
export function reopened(standing: Standing): Standing {
  return {
    ...standing,
    state: 'open',
    acceptedUntil: null,
    resolvedAt: null,
    closedBy: null,
    closedReason: null,
    closedAt: null,
    confirmedAt: null,
  };
}
