import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { actorOf } from '../people/types.ts';
import { ACCEPTANCE_CARD, acceptanceSubject } from './acceptance-card.ts';
import { readAcceptance, settleAcceptance, type Acceptance } from './acceptance-store.ts';
import { accepted, watchUntil } from './accept-finding.ts';
import { askedHash } from './act-rules.ts';
import { standingOf } from './act-store.ts';
import type { ActedFinding, ActingPerson, ActOutcome, ActRefusal } from './act-types.ts';
import { userOf } from './actors.ts';
import type { FindingsDeps } from './deps.ts';
import { isOnePerson } from './one-person.ts';
import { performAct, type DecidedAct, type Decision } from './perform-act.ts';

export interface AcceptanceDecision {
  acceptanceId: string;
  decision: 'approve' | 'reject';
  person: ActingPerson;
}

/**
 * Decides what another person proposed: a HIGH is accepted by two, and by exactly what was proposed. Who proposed it may
 * only take it back. That the person is a manager or a lead is for the caller to know.
 */
export async function decideAcceptance(
  deps: FindingsDeps,
  now: Date,
  { acceptanceId, decision, person }: AcceptanceDecision,
): Promise<ActOutcome> {
  const asked = await readAcceptance(deps.pool, acceptanceId);
  if (asked === null) return { ok: false, refusal: { why: 'not_found' } };
  const { findingId, reason } = asked;
  const wanted = { findingId, person, requestId: '', note: '', reason };
  return await performAct(deps, now, wanted, async (tx, finding): Promise<Decision> => {
    const proposal = (await readAcceptance(tx, acceptanceId)) ?? asked;
    const proposer = { userId: userOf(proposal.proposedBy) as UserId, key: proposal.proposedKey };
    const isOwn = await isOnePerson(tx, deps.policy, proposer, person);
    const refusal = refuseDecision(proposal, finding, { decision, isOwn, now });
    if (refusal !== null) return { ok: false, refusal };
    const by = actorOf(person);
    const act = decision === 'approve' ? approval(tx, now, proposal, finding, by) : null;
    return { ok: true, act: act ?? rejection(tx, now, proposal, finding, { by, isOwn }) };
  });
}

/** May the proposal be decided like that? Null: it may. */
function refuseDecision(
  proposal: Acceptance,
  finding: ActedFinding,
  { decision, isOwn, now }: { decision: 'approve' | 'reject'; isOwn: boolean; now: Date },
): ActRefusal | null {
  const { state, decidedBy, decidedAt } = proposal;
  if (state !== 'proposed')
    return { why: 'decided', state, by: decidedBy ?? proposal.proposedBy, at: decidedAt ?? now };
  if (decision === 'reject') return null;
  if (isOwn) return { why: 'own_proposal' };
  if (proposal.until <= now) return { why: 'date_past' };
  return finding.state === 'open' && askedHash(finding) === proposal.askedHash ? null : { why: 'another' };
}

function approval(tx: Tx, now: Date, proposal: Acceptance, finding: ActedFinding, by: string): DecidedAct {
  const { reason, until } = proposal;
  return {
    change: 'accepted',
    standing: accepted(standingOf(finding), { by, reason, at: now, until }),
    until,
    isFinal: true,
    rows: async () => void (await settleAcceptance(tx, proposal.id, { state: 'approved', by, at: now })),
    async tasks() {
      await watchUntil(tx, now, finding.id, until);
      await refreshCards(tx, now, { kind: ACCEPTANCE_CARD, subject: acceptanceSubject(proposal.id) });
    },
  };
}

function rejection(
  tx: Tx,
  now: Date,
  proposal: Acceptance,
  finding: ActedFinding,
  { by, isOwn }: { by: string; isOwn: boolean },
): DecidedAct {
  const state = isOwn ? 'withdrawn' : 'rejected';
  return {
    change: state,
    standing: standingOf(finding),
    isFinal: true,
    rows: async () => void (await settleAcceptance(tx, proposal.id, { state, by, at: now })),
    tasks: () => refreshCards(tx, now, { kind: ACCEPTANCE_CARD, subject: acceptanceSubject(proposal.id) }),
  };
}
