import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import { ALL_TENANTS } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts } from '../context.ts';
import { observe } from '../observe.ts';
import { makeRates } from '../../finance/rates.ts';

/**
 * R30: open breaks of together more than 0.1 % of the day's volume: many small ones that nobody would look at one by
 * one. Both in minor units of the reporting currency. Null: below, or no volume is known. The sum is evidence, not an
 * amount of its own: what is at risk is counted by the breaks it sums.
 */
export function observeR30(
  open: bigint,
  volumeMinor: bigint,
  facts: Pick<Facts, 'policy' | 'observedAt'>,
): Observation | null {
  if (volumeMinor <= 0n || !exceedsShare(open, volumeMinor, facts)) return null;
  const currency = facts.policy.business.reporting_currency;
  return observe(
    {
      rule: 'R30',
      tenantId: ALL_TENANTS,
      subject: { kind: 'reconciliation', id: 'breaks' },
      currency,
      base: 'HIGH',
      action: 'manual_review',
      evidence: makeEvidence('R30', {
        open: moneyArgument(open, currency),
        volume: moneyArgument(volumeMinor, currency),
        share: Number((open * 10_000n) / volumeMinor) / 100,
      }),
      causeKey: 'reconciliation:breaks',
      occurredAt: facts.observedAt,
    },
    { ...facts, rates: makeRates(currency, []) },
  );
}

/** What speaks of our own sight, or of the sum itself, is no break. */
export const NO_BREAKS = ['R26', 'R27', 'R30'];

/** What open breaks come to; those of one cause count once, by the largest. */
export function sumByCause(observations: readonly Observation[]): bigint {
  const largest = new Map<string, bigint>();
  for (const seen of observations) {
    const amount = NO_BREAKS.includes(seen.rule) ? 0n : (seen.amountReportingMinor ?? 0n);
    if (amount > (largest.get(seen.causeKey) ?? 0n)) largest.set(seen.causeKey, amount);
  }
  return [...largest.values()].reduce((sum, amount) => sum + amount, 0n);
}

/** open / volume > share, exactly. */
function exceedsShare(open: bigint, volume: bigint, facts: Pick<Facts, 'policy'>): boolean {
  const [whole = '0', fraction = ''] = facts.policy.reconciliation.breaks_share_of_volume.split('.');
  return open * 10n ** BigInt(fraction.length) > volume * BigInt(whole + fraction);
}
