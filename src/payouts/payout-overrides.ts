import type { Queryable } from '../database/pool.ts';
import { payoutKey, type OverrideLine, type PaymentKey } from '../findings/deps.ts';
import type { Standing } from '../operations/types.ts';
import type { Payout } from './types.ts';

/** What is done about payouts by hand; main wires it, since overrides stand above. */
export interface PayoutOverrides {
  /** May anything be asked for, as far as the last look knows? Whoever asks is told by what is there then. */
  offers(payout: Payout, standing: Standing): boolean;
  /** The newest of each payment, by payoutKey. */
  linesOf(db: Queryable, payments: readonly PaymentKey[]): Promise<ReadonlyMap<string, OverrideLine>>;
}

export interface OverrideStanding {
  offersOverride: boolean;
  override: OverrideLine | null;
}

/** Where nothing is known of what is done by hand. */
export const NO_OVERRIDES: OverrideStanding = { offersOverride: false, override: null };

const WAITING: ReadonlySet<OverrideLine['state']> = new Set(['open', 'void', 'approved', 'executing']);

/** What messages about a payout say of overrides: one at a time can be asked for. Pure. */
export function overrideStanding(
  overrides: PayoutOverrides,
  payout: Payout,
  standing: Standing,
  line: OverrideLine | undefined,
): OverrideStanding {
  const isFree = line === undefined || !WAITING.has(line.state);
  return {
    offersOverride: payout.state === 'open' && isFree && overrides.offers(payout, standing),
    override: line ?? null,
  };
}

export async function readOverrideOf(
  db: Queryable,
  overrides: PayoutOverrides | undefined,
  payout: Payout,
  standing: Standing,
): Promise<OverrideStanding> {
  if (overrides === undefined) return NO_OVERRIDES;
  const line = (await overrides.linesOf(db, [payout])).get(payoutKey(payout));
  return overrideStanding(overrides, payout, standing, line);
}
