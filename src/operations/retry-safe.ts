import { OPEN_ATTEMPTS, type AttemptRow } from '../finance/payout-row.ts';
import type { Answers, KnownAnswer } from '../platform/types.ts';

/**
 * Why a payout may not be tried again by a button. Those of the domain's section 5 are in the order in which the first
 * is shown, hard facts before missing ones; then those that the policy or the platform gives.
 */
export const NOT_SAFE_REASONS = [
  'attempt_succeeded',
  'burned',
  'attempt_open',
  'operation_open',
  'no_attempt',
  'attempt_missing',
  'account_inactive',
  'provider_stopped',
  'over_limit',
  'no_final_failure',
  'not_asked',
  'answer_old',
  'ledger_unknown',
  'tenant_unknown',
  'account_unknown',
  'provider_unknown',
  'rate_unknown',
] as const;
export type NotSafeReason = (typeof NOT_SAFE_REASONS)[number];

/** Reasons that have a rule of their own in the payout family, or none. */
export const FURTHER_REASONS = ['wrong_state', 'attempts_exhausted', 'cooldown'] as const;
/** Safe or not, the platform offers no retry that can't pay twice. */
export const OFFER_REASONS = ['no_platform', 'not_named', 'no_idempotency', 'no_lookup'] as const;
export type RetryReason = NotSafeReason | (typeof FURTHER_REASONS)[number] | (typeof OFFER_REASONS)[number];

/** How old an answer may be that a new attempt is sent on, in milliseconds. */
export const SENDING_MS = 5 * 60_000;
/** How old an answer may be that a button, and what a report suggests, stands on. */
export const OFFERING_MS = 15 * 60_000;

/** All that decides whether one more attempt is safe. */
export interface RetryFacts {
  state: string;
  attempts: readonly Pick<AttemptRow, 'id' | 'status' | 'created_at'>[];
  answers: Answers;
  /** Net burns in the ledger. */
  burns: number;
  /** The ledger has an entry for it whose event nobody knows: it may be a burn. */
  ledgerUnknown: boolean;
  /** Null: the view is absent or does not know it. */
  accountStatus: string | null;
  providerStatus: string | null;
  tenantKnown: boolean;
  /** Null: no limit is set. */
  amount: { reportingMinor: bigint | null; limitMinor: bigint } | null;
  /** Another operation of this payout is under way. */
  operationOpen: boolean;
  /** Attempts there must be at least: one more than before each retry of ours that the platform accepted. */
  attemptsExpected: number;
  /** Ids that the platform gave for attempts of ours; each must be among the attempts. */
  attemptIdsExpected: readonly string[];
  maxAttempts: number;
  cooldownMs: number;
  now: Date;
}

/** One attempt with what proves that it is dead, as it is kept with the operation. */
export interface AttemptProof {
  attemptId: string;
  status: string;
  answer: KnownAnswer['answer'] | null;
  /** ISO 8601; null: never asked. */
  askedAt: string | null;
}

export interface RetryDecision {
  safe: boolean;
  /** Every reason that holds, the one to show first; empty when it is safe. */
  reasons: RetryReason[];
  /** Until when the platform would refuse one more attempt; null when the cooldown is over. */
  cooldownUntil: Date | null;
  /** When the oldest answer it stands on grows too old; null without a complete proof. */
  provenUntil: Date | null;
  proof: AttemptProof[];
}

/**
 * Decides whether a retry could pay twice (domain section 5): every attempt must be proven dead by the provider's own
 * final failure, at most `freshMs` ago, and what is not known is not safe. Pure; says every reason against it.
 */
export function decideRetry(facts: RetryFacts, freshMs: number): RetryDecision {
  const last = Math.max(0, ...facts.attempts.map((attempt) => Date.parse(attempt.created_at)));
  const until = last + facts.cooldownMs;
  const cooldownUntil = until > facts.now.getTime() ? new Date(until) : null;
  const proof = facts.attempts.map((attempt): AttemptProof => {
    const known = facts.answers.get(attempt.id);
    return {
      attemptId: attempt.id,
      status: attempt.status,
      answer: known?.answer ?? null,
      askedAt: known?.askedAt.toISOString() ?? null,
    };
  });
  const reasons: RetryReason[] = [
    ...hardReasons(facts),
    ...proofReasons(facts, freshMs),
    ...unknownReasons(facts),
    ...(facts.state === 'payout_failed' ? [] : ['wrong_state' as const]),
    ...(facts.attempts.length >= facts.maxAttempts ? ['attempts_exhausted' as const] : []),
    // A moment that is none has not passed.
    ...(until <= facts.now.getTime() ? [] : ['cooldown' as const]),
  ];
  return {
    safe: reasons.length === 0,
    reasons,
    cooldownUntil,
    provenUntil: provenUntil(facts, freshMs),
    proof,
  };
}

/** The first reason that is one of section 5's own, other than the count of attempts, the state and the cooldown. */
export function firstNotSafe(decision: RetryDecision): NotSafeReason | null {
  const own: readonly string[] = NOT_SAFE_REASONS;
  return (decision.reasons.find((reason) => own.includes(reason)) as NotSafeReason | undefined) ?? null;
}

function hardReasons(facts: RetryFacts): NotSafeReason[] {
  const { attempts, answers, amount } = facts;
  const reasons: NotSafeReason[] = [];
  const succeeded = ({ id, status }: { id: string; status: string }) =>
    status === 'succeeded' || answers.get(id)?.answer === 'succeeded';
  if (attempts.some(succeeded)) reasons.push('attempt_succeeded');
  if (facts.burns !== 0) reasons.push('burned');
  if (attempts.some(isOpen)) reasons.push('attempt_open');
  if (facts.operationOpen) reasons.push('operation_open');
  if (attempts.length === 0) reasons.push('no_attempt');
  const known = new Set(attempts.map(({ id }) => id));
  const isMissing = facts.attemptIdsExpected.some((id) => !known.has(id));
  if (isMissing || attempts.length < facts.attemptsExpected) reasons.push('attempt_missing');
  if (facts.accountStatus !== null && facts.accountStatus !== 'active') reasons.push('account_inactive');
  if (facts.providerStatus !== null && facts.providerStatus !== 'active') reasons.push('provider_stopped');
  if (amount !== null && amount.reportingMinor !== null && amount.reportingMinor > amount.limitMinor)
    reasons.push('over_limit');
  return reasons;
}

/** A status that nobody knows may still pay. */
function isOpen({ status }: { status: string }): boolean {
  return OPEN_ATTEMPTS.has(status) || (status !== 'failed' && status !== 'succeeded');
}

/** Pending, not found, silence and errors prove nothing; nor does an answer from the future. */
function proofReasons({ attempts, answers, now }: RetryFacts, freshMs: number): NotSafeReason[] {
  const known = attempts.map(({ id }) => answers.get(id));
  const reasons: NotSafeReason[] = [];
  if (
    known.some(
      (answer) => answer !== undefined && answer.answer !== 'failed' && answer.answer !== 'succeeded',
    )
  )
    reasons.push('no_final_failure');
  if (known.includes(undefined)) reasons.push('not_asked');
  const isOld = ({ askedAt }: KnownAnswer) => {
    const ageMs = now.getTime() - askedAt.getTime();
    return ageMs > freshMs || ageMs < 0;
  };
  if (known.some((answer) => answer !== undefined && isOld(answer))) reasons.push('answer_old');
  return reasons;
}

function unknownReasons(facts: RetryFacts): NotSafeReason[] {
  const reasons: NotSafeReason[] = [];
  if (facts.ledgerUnknown) reasons.push('ledger_unknown');
  if (!facts.tenantKnown) reasons.push('tenant_unknown');
  if (facts.accountStatus === null) reasons.push('account_unknown');
  if (facts.providerStatus === null) reasons.push('provider_unknown');
  if (facts.amount !== null && facts.amount.reportingMinor === null) reasons.push('rate_unknown');
  return reasons;
}

function provenUntil({ attempts, answers }: RetryFacts, freshMs: number): Date | null {
  const times = attempts.map(({ id }) => answers.get(id)).map((known) => known?.askedAt.getTime());
  if (times.length === 0 || times.includes(undefined)) return null;
  return new Date(Math.min(...times.map(Number)) + freshMs);
}
