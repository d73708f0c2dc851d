import { RISK_CLASSES, type RiskClass } from '../findings/types.ts';
import type { Policy } from '../policy.ts';
import { limitMinor } from '../finance/rates.ts';

/** Which amounts lift a rule's class: `a` to MED from 10, `A` to HIGH from 1,000 (reporting currency, by policy). */
export type AmountMark = 'none' | 'A' | 'aA';

export interface ClassFacts {
  base: RiskClass;
  mark: AmountMark;
  /** Does the rule speak of an amount here? One without a known rate is MED at least. */
  amount: { reportingMinor: bigint | null } | null;
  /** Null for rules that do not age. */
  occurredAt: Date | null;
}

const DAY_MS = 86_400_000;

/** Class = max(base, amount, age). Ages are strictly over the limit: 3 days and a millisecond, not 3 days. */
export function decideClass(facts: ClassFacts, policy: Policy, observedAt: Date): RiskClass {
  const byAmount = classByAmount(facts, policy);
  const lifted = maxClass(facts.base, byAmount);
  if (facts.occurredAt === null) return lifted;
  const ageMs = observedAt.getTime() - facts.occurredAt.getTime();
  const { low_to_med_days: toMed, med_to_high_days: toHigh } = policy.reconciliation;
  if (lifted !== 'HIGH' && ageMs > toHigh * DAY_MS) return 'HIGH';
  return lifted === 'LOW' && ageMs > toMed * DAY_MS ? 'MED' : lifted;
}

function classByAmount({ mark, amount }: ClassFacts, policy: Policy): RiskClass {
  if (amount === null) return 'LOW';
  if (amount.reportingMinor === null) return 'MED';
  const { lift_to_high_from: high, lift_to_med_from: med } = policy.reconciliation;
  const currency = policy.business.reporting_currency;
  if (mark !== 'none' && amount.reportingMinor >= limitMinor(high, currency)) return 'HIGH';
  if (mark === 'aA' && amount.reportingMinor >= limitMinor(med, currency)) return 'MED';
  return 'LOW';
}

function maxClass(a: RiskClass, b: RiskClass): RiskClass {
  return RISK_CLASSES.indexOf(a) >= RISK_CLASSES.indexOf(b) ? a : b;
}
