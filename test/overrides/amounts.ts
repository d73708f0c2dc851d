import { makeRates, toReporting } from '../../src/finance/rates.ts';
import { parseMoney } from '../../src/money.ts';
import { countsTogether, decideQuorum, sumStakes, tiersOf } from '../../src/overrides/quorum.ts';
import type { OverrideState, Quorum } from '../../src/overrides/types.ts';
import type { Policy } from '../../src/policy.ts';
import { NOW, smallPolicy } from './rules-ground.ts';

const RATES = makeRates('USD', [
  { currency: 'JPY', rate: '0.01' },
  { currency: 'KWD', rate: '3.25' },
  { currency: 'TRY', rate: '0.025' },
]);

export interface Other {
  amount: string;
  state?: OverrideState;
  /** When it was carried out. */
  agoMs?: number;
}

/** How many approve: '1', '2', '2+lead'; of a reject that needs no document, in USD. */
export function needs(
  amount: string,
  given: { currency?: string; others?: Other[]; policy?: Policy; isHigh?: boolean; again?: boolean } = {},
): string {
  return told(quorumOf(amount, given));
}
export function told({ needed, leads }: Quorum): string {
  return leads === 0 ? `${needed}` : `${needed}+lead`;
}
export function quorumOf(amount: string, given: Parameters<typeof needs>[1] = {}): Quorum {
  const { currency = 'USD', policy = smallPolicy() } = given;
  const reporting = (decimal: string) => {
    const money = parseMoney(decimal, currency);
    return money === undefined ? null : toReporting(money.minor, currency, RATES);
  };
  const others = (given.others ?? []).filter(({ state = 'executed', agoMs }) => {
    const overAt = agoMs === undefined ? null : new Date(NOW.getTime() - agoMs);
    return countsTogether({ state, overAt }, NOW, policy.overrides.adds_up_hours);
  });
  return decideQuorum(
    {
      sumReportingMinor: sumStakes(
        reporting(amount),
        others.map((other) => reporting(other.amount)),
      ),
      others: others.length,
      isHigh: given.isHigh ?? false,
      verdict: { target: 'reject', needsTwo: false, needsEvidence: false },
      afterRejection: given.again ?? false,
    },
    tiersOf(policy),
  );
}
