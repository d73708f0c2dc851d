/** A bucket of permits on our Clock. In any minute at most `burst + perMinute` fall due. */
export interface Budget {
  name: string;
  burst: number;
  perMinute: number;
}

/** How late a reserved permit may be taken; later ones are void, so that what waited for long does not come at once. */
const RESERVATION_HOLDS_MS = 5000;
/** Further ahead than any queue is long: reserved before a clock was set back. */
const MOST_RESERVED_MS = 3_600_000;

/**
 * chat.update allows 50 a minute for the workspace (https://docs.slack.dev/apis/web-api/rate-limits, tier 3); we stay
 * at 45 in whatever minute one counts: 10 at once and 32 more a minute, of which 3 may come five seconds late.
 */
export const UPDATE_BUDGET: Budget = { name: 'chat.update', burst: 10, perMinute: 32 };

/** chat.postMessage allows one message a second in a channel. */
export function postBudget(channelId: string): Budget {
  return { name: `post:${channelId}`, burst: 1, perMinute: 60 };
}

export interface BudgetLevel {
  /** Below zero: permits that are reserved for later. */
  tokens: number;
  refilledAt: Date;
}

export type PermitDecision =
  | { granted: true }
  /** A permit is reserved for this moment: come back then, and show it. */
  | { granted: false; at: Date };

/** What a permit reserved earlier is worth now; undefined when a new one has to be taken. */
export function decideReserved(reservedAt: Date | null, now: Date): PermitDecision | undefined {
  if (reservedAt === null) return undefined;
  const lateMs = now.getTime() - reservedAt.getTime();
  if (lateMs < -MOST_RESERVED_MS) return undefined;
  if (lateMs < 0) return { granted: false, at: reservedAt };
  return lateMs <= RESERVATION_HOLDS_MS ? { granted: true } : undefined;
}

/** Our clocks differ by less than this; a level further ahead was written before a clock was set back. */
const MOST_SKEW_MS = 60_000;

/**
 * Takes one permit: one that is there, or the next one to come. Every taker gets a moment of its own, so that a
 * hundred who wait come back once each. `level` is null when none was ever taken.
 */
export function decidePermit(
  level: BudgetLevel | null,
  budget: Budget,
  now: Date,
): { permit: PermitDecision; level: BudgetLevel } {
  const perMs = budget.perMinute / 60_000;
  const aheadMs = level === null ? 0 : level.refilledAt.getTime() - now.getTime();
  const known = level === null || aheadMs > MOST_SKEW_MS ? null : level;
  const earned = Math.max(0, -aheadMs) * perMs;
  const tokens = known === null ? budget.burst : Math.min(budget.burst, known.tokens + earned);
  const refilledAt = known !== null && aheadMs > 0 ? known.refilledAt : now;
  const next = { tokens: tokens - 1, refilledAt };
  // A permit that is there but for the rounding of a division is there.
  if (tokens >= 1 - 1e-9) return { permit: { granted: true }, level: next };
  const waitMs = Math.ceil((1 - tokens) / perMs - 1e-6);
  return { permit: { granted: false, at: new Date(refilledAt.getTime() + waitMs) }, level: next };
}
