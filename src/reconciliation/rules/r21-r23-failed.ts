import { makeEvidence } from '../../findings/evidence.ts';
import type { Seen } from '../observe.ts';
import type { Facts } from '../context.ts';
import { HOUR_MS, type PayoutRow } from '../../finance/payout-row.ts';
import { firstNotSafe, type RetryDecision } from '../../operations/retry-safe.ts';

/** The part of an observation that depends on which of R21 to R23 speaks. */
export type FailedVerdict = Pick<Seen, 'rule' | 'base' | 'mark' | 'ages' | 'action' | 'evidence'>;

/** R23 HIGH: a failed payout with its funds held that was requested over 24 hours ago. */
export function decideOldFailure(row: PayoutRow, provider: string, facts: Facts): FailedVerdict | null {
  const ageMs = facts.observedAt.getTime() - row.requested_at.getTime();
  if (ageMs <= facts.policy.payouts.old_failure_hours * HOUR_MS) return null;
  return {
    rule: 'R23',
    base: 'HIGH',
    action: 'escalate',
    evidence: makeEvidence('R23.old', {
      hours: Math.floor(ageMs / HOUR_MS),
      attempts: row.attempts.length,
      provider,
      error: lastError(row),
    }),
  };
}

/** A younger one, first match: R21; R23 not retry-safe for another reason than the cooldown; R22; R23 retry-safe. */
export function decideFailure(
  row: PayoutRow,
  provider: string,
  retry: RetryDecision,
  facts: Facts,
): FailedVerdict {
  const attempts = row.attempts.length;
  const error = lastError(row);
  const limit = facts.policy.payouts.max_attempts;
  if (attempts >= limit)
    return {
      rule: 'R21',
      base: 'MED',
      mark: 'A',
      action: 'manual_review',
      evidence: makeEvidence('R21', { attempts, limit, error }),
    };
  const reason = firstNotSafe(retry);
  if (reason !== null)
    return {
      rule: 'R23',
      base: 'MED',
      mark: 'A',
      action: 'manual_review',
      evidence: makeEvidence('R23.not_safe', { reason, attempts, provider, error }),
    };
  if (retry.cooldownUntil !== null)
    return {
      rule: 'R22',
      base: 'LOW',
      ages: false,
      action: 'wait',
      evidence: makeEvidence('R22', { until: { at: retry.cooldownUntil.toISOString() }, attempts }),
    };
  return {
    rule: 'R23',
    base: 'LOW',
    action: 'retry',
    evidence: makeEvidence('R23.safe', { attempts, provider, error }),
  };
}

/** What the provider said when it refused last; "-" when it gave no code. */
function lastError(row: PayoutRow): string {
  return row.attempts.findLast(({ status }) => status === 'failed')?.error_code || '-';
}
