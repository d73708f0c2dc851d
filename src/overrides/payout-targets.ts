import { OPEN_ATTEMPTS } from '../finance/payout-row.ts';
import type { RetryReason } from '../operations/retry-safe.ts';
import type { ChangingAction, MoneyOffer } from '../platform/types.ts';
import {
  PAYOUT_CHOICES,
  type AttemptFact,
  type PayoutBasis,
  type PayoutFacts,
  type PayoutTarget,
  type Verdict,
} from './types.ts';

/** Why something may not be done by hand, hard facts first; text key `overrides.against.<word>`. */
export const AGAINST = [
  'state_final',
  'burned',
  'attempt_succeeded',
  'attempt_open',
  'operation_open',
  'attempt_missing',
  'no_attempt',
  'state_not_taken',
  'wrong_state',
  'not_above_limit',
  'no_provider_success',
  'provider_silent',
  'no_final_failure',
  'not_asked',
  'answer_old',
  'account_inactive',
  'provider_stopped',
  'over_limit',
  'cooldown',
  'ledger_unknown',
  'tenant_unknown',
  'account_unknown',
  'provider_unknown',
  'rate_unknown',
  'no_platform',
  'not_named',
  'no_idempotency',
  'no_lookup',
  'no_waiver',
] as const;
type Against = (typeof AGAINST)[number];

/** What the platform takes by hand, by the policy. */
export interface PayoutOffers {
  offerOf(action: ChangingAction): MoneyOffer;
  /** In this state? */
  takesIn(action: ChangingAction, state: string): boolean;
  /** Its retry says by which override the count of attempts is waived. */
  carriesOverride: boolean;
}

const ACTIONS = { mark_paid: 'mark_paid', reject: 'reject', retry_above_limit: 'retry' } as const;

/** What the age of an answer decides, and what is decided here anew. */
const PROOF: ReadonlySet<RetryReason> = new Set(['no_final_failure', 'not_asked', 'answer_old']);

/** What is known of the attempts as of now. */
interface Seen {
  facts: PayoutFacts;
  proof: Against[];
  isSilent: boolean;
  hasSuccess: boolean;
  /** Somebody may have paid, however old the word is. */
  maySucceed: boolean;
  isOpen: boolean;
}

/**
 * What may be done by hand to a payout as it stands, one verdict a choice, with every reason against it. Answers older
 * than `freshMs`, and those of the future, prove nothing; what is not known never makes anything possible. Pure; domain
 * sections 5 and 6.
 */
export function payoutVerdicts(
  facts: PayoutFacts,
  offers: PayoutOffers,
  now: Date,
  freshMs: number,
): Verdict[] {
  const seen = look(facts, now, freshMs);
  return PAYOUT_CHOICES.map(({ target, basis }): Verdict => {
    const found = new Set<Against>([
      ...commonReasons(facts, offers, target),
      ...(target === 'retry_above_limit' ? retryReasons(seen, offers) : byHandReasons(seen, target)),
      ...basisReasons(seen, basis),
    ]);
    const reasons = AGAINST.filter((word) => found.has(word));
    const needsEvidence = basis === 'bank_proof' || basis === 'provider_cancellation';
    const needsTwo = needsEvidence || target === 'mark_paid';
    return { target, basis, holds: reasons.length === 0, reasons, needsEvidence, needsTwo };
  });
}

function look(facts: PayoutFacts, now: Date, freshMs: number): Seen {
  const { attempts } = facts;
  const isFresh = ({ askedAt }: AttemptFact) => {
    const ageMs = askedAt === null ? Number.NaN : now.getTime() - Date.parse(askedAt);
    return ageMs >= 0 && ageMs <= freshMs;
  };
  const isAsked = ({ answer, askedAt }: AttemptFact) => answer !== null && askedAt !== null;
  const isOld = (attempt: AttemptFact) => isAsked(attempt) && !isFresh(attempt);
  const isSilent = (attempt: AttemptFact) =>
    !isFresh(attempt) || attempt.answer === null || attempt.answer === 'silent' || attempt.answer === 'error';
  const proof: Against[] = [];
  if (
    attempts.some(
      (attempt) => isAsked(attempt) && attempt.answer !== 'failed' && attempt.answer !== 'succeeded',
    )
  )
    proof.push('no_final_failure');
  if (!attempts.every(isAsked)) proof.push('not_asked');
  if (attempts.some(isOld)) proof.push('answer_old');
  const saysPaid = ({ status, answer }: AttemptFact) => status === 'succeeded' || answer === 'succeeded';
  return {
    facts,
    proof,
    isSilent: attempts.some(isSilent),
    hasSuccess: attempts.some(
      (attempt) => attempt.status === 'succeeded' || (attempt.answer === 'succeeded' && isFresh(attempt)),
    ),
    maySucceed: attempts.some(saysPaid) || facts.retryReasons.includes('attempt_succeeded'),
    // A status that nobody knows may still pay.
    isOpen: attempts.some(
      ({ status }) => OPEN_ATTEMPTS.has(status) || (status !== 'failed' && status !== 'succeeded'),
    ),
  };
}

/** Against whatever is done by hand. */
function commonReasons(facts: PayoutFacts, offers: PayoutOffers, target: PayoutTarget): Against[] {
  const action = ACTIONS[target];
  const offer = offers.offerOf(action);
  const has = (reason: RetryReason) => facts.retryReasons.includes(reason);
  // Of what is over, or was never offered, the state says nothing more.
  const isOutOfReach = !facts.isFinal && offer !== 'not_named' && !offers.takesIn(action, facts.state);
  return [
    ...(facts.isFinal ? ['state_final' as const] : []),
    ...(isOutOfReach ? ['state_not_taken' as const] : []),
    ...(offer === 'offered' ? [] : [offer]),
    ...(facts.burns !== 0 || has('burned') ? ['burned' as const] : []),
    ...(has('ledger_unknown') ? ['ledger_unknown' as const] : []),
    ...(has('tenant_unknown') ? ['tenant_unknown' as const] : []),
  ];
}

/** Against marking paid, and against rejecting: only an operation that can never be cleared up any more is ended. */
function byHandReasons({ facts, maySucceed }: Seen, target: 'mark_paid' | 'reject'): Against[] {
  const { operation, retryReasons } = facts;
  const isBusy = operation === null ? retryReasons.includes('operation_open') : !operation.endable;
  return [
    ...(isBusy ? ['operation_open' as const] : []),
    ...(target === 'reject' && maySucceed ? ['attempt_succeeded' as const] : []),
  ];
}

/** Against one more attempt: everything that section 5 says, but for the count, which alone is waived. */
function retryReasons({ facts, maySucceed, isOpen }: Seen, offers: PayoutOffers): Against[] {
  const reasons = facts.retryReasons.filter(
    (reason) => reason !== 'attempts_exhausted' && !PROOF.has(reason),
  );
  return [
    ...(reasons as Exclude<RetryReason, 'attempts_exhausted'>[]),
    ...(facts.retryReasons.includes('attempts_exhausted') ? [] : ['not_above_limit' as const]),
    ...(facts.state === 'payout_failed' ? [] : ['wrong_state' as const]),
    ...(facts.operation === null ? [] : ['operation_open' as const]),
    ...(maySucceed ? ['attempt_succeeded' as const] : []),
    ...(isOpen ? ['attempt_open' as const] : []),
    ...(offers.carriesOverride ? [] : ['no_waiver' as const]),
  ];
}

function basisReasons(seen: Seen, basis: PayoutBasis): Against[] {
  const { attempts, retryReasons } = seen.facts;
  const noAttempt: Against[] = attempts.length === 0 ? ['no_attempt'] : [];
  switch (basis) {
    case 'bank_proof':
      return [];
    case 'provider_success':
      return seen.hasSuccess ? [] : ['no_provider_success'];
    case 'provider_cancellation':
      // Where nothing was ever sent, nobody can have been asked.
      return seen.isSilent ? ['provider_silent'] : noAttempt;
    case 'attempts_dead':
      return [
        ...noAttempt,
        ...seen.proof,
        ...(seen.maySucceed ? ['attempt_succeeded' as const] : []),
        ...(seen.isOpen ? ['attempt_open' as const] : []),
        ...(retryReasons.includes('attempt_missing') ? ['attempt_missing' as const] : []),
      ];
  }
}
