import { refuseAct } from './act-rules.ts';
import { standingOf } from './act-store.ts';
import type { ActOutcome, ActRequest } from './act-types.ts';
import type { FindingsDeps } from './deps.ts';
import { performAct } from './perform-act.ts';

/** Makes whoever asks its owner, in the place of whom they saw as such. */
export async function assignFinding(deps: FindingsDeps, now: Date, request: ActRequest): Promise<ActOutcome> {
  const { person } = request;
  return await performAct(deps, now, { ...request, reason: null }, async (_tx, finding) => {
    const refusal = refuseAct(finding, 'assign', request.seen, person.userId);
    if (refusal !== null) return { ok: false, refusal };
    const standing = { ...standingOf(finding), owner: person.userId };
    return { ok: true, act: { change: 'assigned', standing } };
  });
}
