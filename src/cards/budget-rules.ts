/** A bucket of permits on our Clock. In any minute at most `burst + perMinute` are granted. */
export interface Budget {
  name: string;
  burst: number;
  perMinute: number;
}

/**
 * chat.update allows 50 a minute for the workspace (https://docs.slack.dev/apis/web-api/rate-limits, tier 3); we stay
 * at 45 in whatever minute one counts: 10 at once and 35 more as time goes on.
 */
export const UPDATE_BUDGET: Budget = { name: 'chat.update', burst: 10, perMinute: 35 };

/** chat.postMessage allows one message a second in a channel. */
export function postBudget(channelId: string): Budget {
  return { name: `post:${channelId}`, burst: 1, perMinute: 60 };
}

export interface BudgetLevel {
  tokens: number;
  refilledAt: Date;
}

export type PermitDecision =
  | { granted: true; level: BudgetLevel }
  /** Ask again at this moment. */
  | { granted: false; at: Date };

/** Our clocks differ by less than this; a level further ahead was written before a clock was set back. */
const MOST_SKEW_MS = 60_000;

/** Grants one permit or says when there will be one. `level` is null when none was ever taken. */
export function decidePermit(level: BudgetLevel | null, budget: Budget, now: Date): PermitDecision {
  const perMs = budget.perMinute / 60_000;
  const aheadMs = level === null ? 0 : level.refilledAt.getTime() - now.getTime();
  const known = level === null || aheadMs > MOST_SKEW_MS ? null : level;
  const sinceMs = Math.max(0, -aheadMs);
  const tokens = known === null ? budget.burst : Math.min(budget.burst, known.tokens + sinceMs * perMs);
  // A permit that is there but for the rounding of a division is there.
  if (tokens >= 1 - 1e-9) {
    const refilledAt = known !== null && aheadMs > 0 ? known.refilledAt : now;
    return { granted: true, level: { tokens: Math.max(0, tokens - 1), refilledAt } };
  }
  const waitMs = Math.ceil((1 - tokens) / perMs) + Math.max(0, aheadMs);
  return { granted: false, at: new Date(now.getTime() + waitMs) };
}
