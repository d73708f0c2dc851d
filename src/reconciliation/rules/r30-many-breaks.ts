import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import { ALL_TENANTS } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts } from '../context.ts';
import { observe } from '../observe.ts';

/**
 * R30: open breaks of together more than 0.1 % of the day's volume: many small ones that nobody would look at one by
 * one. Breaks of a HIGH class are escalated each for itself and don't count here, nor does what stands still (the payout
 * family): it is late, not lost. Breaks of one cause count once, by the largest. Null: below, or no volume is known.
 */
export function observeR30(
  observations: readonly Observation[],
  volumeMinor: bigint,
  facts: Facts,
): Observation | null {
  const largest = new Map<string, bigint>();
  for (const seen of observations) {
    if (seen.class === 'HIGH' || seen.family === 'payout' || STANDING.has(seen.rule)) continue;
    const amount = seen.amountReportingMinor ?? 0n;
    if (amount > (largest.get(seen.causeKey) ?? 0n)) largest.set(seen.causeKey, amount);
  }
  const open = [...largest.values()].reduce((sum, amount) => sum + amount, 0n);
  if (volumeMinor <= 0n || !exceedsShare(open, volumeMinor, facts)) return null;
  const currency = facts.policy.business.reporting_currency;
  return observe(
    {
      rule: 'R30',
      tenantId: ALL_TENANTS,
      subject: { kind: 'reconciliation', id: 'breaks' },
      currency,
      amountMinor: open,
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
    facts,
  );
}

/** Deposits that wait for their provider. */
const STANDING = new Set(['R19', 'R20']);

/** open / volume > share, exactly. */
function exceedsShare(open: bigint, volume: bigint, facts: Facts): boolean {
  const [whole = '0', fraction = ''] = facts.policy.reconciliation.breaks_share_of_volume.split('.');
  return open * 10n ** BigInt(fraction.length) > volume * BigInt(whole + fraction);
}
