import type { NotSafeReason } from '../../findings/evidence.ts';
import type { Answers } from '../context.ts';

/** All that decides whether one more attempt is safe, as far as the reconciliation can see it. */
export interface RetryFacts {
  attempts: { id: string; status: string; createdAt: Date }[];
  answers: Answers;
  burns: number;
  /** Null: the view is absent or does not know it. */
  accountStatus: string | null;
  providerStatus: string | null;
  tenantKnown: boolean;
  /** Null: no limit is set. */
  amount: { reportingMinor: bigint | null; limitMinor: bigint } | null;
  cooldownMs: number;
  now: Date;
}

export interface RetrySafety {
  /** The first reason that holds, other than the cooldown; null: none. */
  reason: NotSafeReason | null;
  /** Until when the platform would refuse one more attempt; null when the cooldown is over. */
  cooldownUntil: Date | null;
}

/** An answer proves a final failure for five minutes. */
const PROOF_MS = 5 * 60_000;

/**
 * Decides whether a retry could pay twice: every attempt must be proven dead by the provider's own final failure, and
 * what is not known is not safe. The count of attempts is R21's.
 */
export function decideRetrySafety(facts: RetryFacts): RetrySafety {
  const last = Math.max(0, ...facts.attempts.map((attempt) => attempt.createdAt.getTime()));
  const until = last + facts.cooldownMs;
  return {
    reason: hardReason(facts) ?? proofReason(facts) ?? unknownReason(facts),
    cooldownUntil: until > facts.now.getTime() ? new Date(until) : null,
  };
}

function hardReason({ attempts, answers, ...facts }: RetryFacts): NotSafeReason | null {
  const succeeded = (attempt: { id: string; status: string }) =>
    attempt.status === 'succeeded' || answers.get(attempt.id)?.answer === 'succeeded';
  if (attempts.some(succeeded)) return 'attempt_succeeded';
  if (facts.burns > 0) return 'burned';
  // A status that nobody knows may still pay.
  if (attempts.some((attempt) => attempt.status !== 'failed')) return 'attempt_open';
  if (attempts.length === 0) return 'no_attempt';
  if (facts.accountStatus !== null && facts.accountStatus !== 'active') return 'account_inactive';
  if (facts.providerStatus === 'stopped') return 'provider_stopped';
  const { amount } = facts;
  if (amount !== null && amount.reportingMinor !== null && amount.reportingMinor > amount.limitMinor)
    return 'over_limit';
  return null;
}

/** Pending, not found, silence and errors prove nothing. */
function proofReason({ attempts, answers, now }: RetryFacts): NotSafeReason | null {
  const known = attempts.map((attempt) => answers.get(attempt.id));
  if (known.some((answer) => answer !== undefined && answer.answer !== 'failed')) return 'no_final_failure';
  if (known.includes(undefined)) return 'not_asked';
  const old = known.some(
    (answer) => answer !== undefined && now.getTime() - answer.askedAt.getTime() > PROOF_MS,
  );
  return old ? 'answer_old' : null;
}

function unknownReason(facts: RetryFacts): NotSafeReason | null {
  if (!facts.tenantKnown) return 'tenant_unknown';
  if (facts.accountStatus === null) return 'account_unknown';
  if (facts.providerStatus === null) return 'provider_unknown';
  return facts.amount !== null && facts.amount.reportingMinor === null ? 'rate_unknown' : null;
}
