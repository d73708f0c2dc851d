import { makeEvidence } from '../../findings/evidence.ts';
import type { Evidence, RiskClass, SuggestedAction } from '../../findings/types.ts';
import type { Facts } from '../context.ts';
import type { Answers, ProviderAnswer } from '../../platform/types.ts';
import { OFFERING_MS } from '../../operations/retry-safe.ts';
import { MINUTE_MS } from '../../finance/payout-row.ts';

/** What R19 and R20 say about a payment that has stood still since `since`. */
export interface Stuck {
  since: Date;
  state: string;
  provider: string | null;
  /** Attempts that may still pay. */
  openAttempts: number;
  /** What the provider said about the attempt that counts; null: not asked, or too long ago. */
  answer: ProviderAnswer | null;
}

export interface StuckVerdict {
  rule: 'R19' | 'R20';
  base: RiskClass;
  action: SuggestedAction;
  evidence: Evidence;
}

/** The newest answer about an attempt, unless it is too old to speak of now, or of a time that has not come. */
export function freshAnswer(
  attemptId: string | undefined,
  answers: Answers,
  now: Date,
): ProviderAnswer | null {
  const known = attemptId === undefined ? undefined : answers.get(attemptId);
  if (known === undefined) return null;
  const ageMs = now.getTime() - known.askedAt.getTime();
  return ageMs > OFFERING_MS || ageMs < 0 ? null : known.answer;
}

/**
 * R19 past the threshold, R20 past the limit (both strictly), null below. Thresholds in minutes come from policy:
 * 30 for withdrawals, 60 for deposits, 120 for R20.
 */
export function decideStuck(stuck: Stuck, thresholdMinutes: number, facts: Facts): StuckVerdict | null {
  const ageMs = facts.observedAt.getTime() - stuck.since.getTime();
  if (ageMs <= thresholdMinutes * MINUTE_MS) return null;
  const provider = stuck.provider ?? '-';
  const shared = { state: stuck.state, minutes: Math.floor(ageMs / MINUTE_MS), provider };
  if (ageMs > facts.policy.payouts.high_after_minutes * MINUTE_MS)
    return { rule: 'R20', base: 'HIGH', action: 'escalate', evidence: makeEvidence('R20', shared) };
  const r19 = (base: RiskClass, action: SuggestedAction, evidence: Evidence): StuckVerdict => ({
    rule: 'R19',
    base,
    action,
    evidence,
  });
  if (stuck.openAttempts > 1) {
    const evidence = makeEvidence('R19.two_open', { ...shared, attempts: stuck.openAttempts });
    return r19('MED', 'manual_review', evidence);
  }
  switch (stuck.answer) {
    case null:
      return r19('MED', 'manual_review', makeEvidence('R19.not_asked', shared));
    case 'pending':
      return r19('LOW', 'recheck', makeEvidence('R19.pending', shared));
    case 'succeeded':
    case 'failed':
      return r19('MED', 'recheck', makeEvidence('R19.final', { ...shared, answer: stuck.answer }));
    case 'not_found':
      return r19('MED', 'manual_review', makeEvidence('R19.not_found', shared));
    case 'silent':
    case 'error':
      return r19('MED', 'manual_review', makeEvidence('R19.silent', shared));
  }
}
