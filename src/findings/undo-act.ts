import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { actorOf } from '../people/types.ts';
import { ACCEPTANCE_CARD, acceptanceSubject } from './acceptance-card.ts';
import { readOpenAcceptance, settleAcceptance } from './acceptance-store.ts';
import { watchUntil } from './accept-finding.ts';
import { refuseUndo } from './act-rules.ts';
import { hasRunSince } from './act-store.ts';
import type { ActingPerson, ActOutcome } from './act-types.ts';
import type { FindingsDeps } from './deps.ts';
import { performAct, type DecidedAct } from './perform-act.ts';

export interface UndoRequest {
  findingId: string;
  /** The history row that is to be undone: the button of an older act undoes nothing. */
  seq: number;
  person: ActingPerson;
}

/** Takes back the newest act on a finding within a minute: whoever did it alone, and only while nothing has followed. */
export async function undoAct(deps: FindingsDeps, now: Date, request: UndoRequest): Promise<ActOutcome> {
  const { findingId, seq, person } = request;
  const actor = actorOf(person);
  const wanted = { findingId, person, requestId: '', note: '', reason: null };
  return await performAct(deps, now, wanted, async (tx, finding) => {
    const runSince = await hasRunSince(tx, finding.last.at);
    const refusal = refuseUndo(finding.last, { seq, actor, now, runSince });
    if (refusal !== null) return { ok: false, refusal };
    const standing = finding.last.before ?? finding;
    const act: DecidedAct = { change: 'undone', standing, isFinal: true };
    if (finding.last.change === 'proposed') Object.assign(act, withdrawal(tx, now, findingId, actor));
    const { acceptedUntil } = standing;
    if (acceptedUntil !== null) act.tasks = () => watchUntil(tx, now, findingId, acceptedUntil);
    return { ok: true, act };
  });
}

/** What was proposed is asked of nobody any more. */
function withdrawal(tx: Tx, now: Date, findingId: string, actor: string): Pick<DecidedAct, 'rows' | 'tasks'> {
  let cards = async (): Promise<void> => undefined;
  return {
    async rows() {
      const proposal = await readOpenAcceptance(tx, findingId);
      if (proposal === null) return;
      await settleAcceptance(tx, proposal.id, { state: 'withdrawn', by: actor, at: now });
      cards = () => refreshCards(tx, now, { kind: ACCEPTANCE_CARD, subject: acceptanceSubject(proposal.id) });
    },
    tasks: () => cards(),
  };
}
