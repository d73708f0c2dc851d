import { ceiling, follow, makeSeries, type Series, type Track } from './burn.ts';
import type { CountedMinute } from './sums.ts';
import type { Slo, Tier } from './types.ts';

const MINUTE_MS = 60_000;

/** One tier in numbers; traffic is even, and an outage is total. */
export interface TierExplained {
  tier: Tier;
  /** Share of bad events that both windows have to exceed. */
  errorRatio: number;
  /** The same, of 1,000 valid events. */
  badOfThousand: number;
  /** Minutes of outage until it fires; null: with so little traffic it doesn't. */
  firesAfterMinutes: number | null;
  /** Minutes of good traffic until it is off again, after an outage as long as its short window at least. */
  resetsAfterMinutes: number | null;
}

/** A promise in numbers. */
export interface SloExplained {
  /** Share of valid events that may be bad. */
  budgetShare: number;
  /** Of a total outage, in the promise's window. */
  budgetMinutes: number;
  /** Bad events of the window at this traffic. */
  budgetEvents: number;
  /** Burn rate of a total outage. */
  ceiling: number;
  tiers: TierExplained[];
}

/** What a promise means in numbers when `perHour` valid events come evenly; judged by the rules that judge. Pure. */
export function explainSlo(slo: Pick<Slo, 'target' | 'windowDays' | 'tiers'>, perHour: number): SloExplained {
  // 1 - 0.999 is a hair more than 0.001.
  const budgetShare = Number((1 - slo.target).toPrecision(12));
  return {
    budgetShare,
    budgetMinutes: slo.windowDays * 1_440 * budgetShare,
    budgetEvents: slo.windowDays * 24 * perHour * budgetShare,
    ceiling: Number(ceiling(slo.target).toPrecision(12)),
    tiers: slo.tiers.map((tier) => {
      const errorRatio = Number((tier.threshold * budgetShare).toPrecision(12));
      return {
        tier,
        errorRatio,
        badOfThousand: Number((errorRatio * 1_000).toPrecision(12)),
        ...timesOf(tier, slo.target, perHour),
      };
    }),
  };
}

/** An outage after a quiet stretch, minute by minute. */
function timesOf(
  tier: Tier,
  target: number,
  perHour: number,
): Pick<TierExplained, 'firesAfterMinutes' | 'resetsAfterMinutes'> {
  const alone = { name: '', target, tiers: [tier] };
  const { longMinutes: start, shortMinutes } = tier;
  const step = (before: Track | null, series: Series, minute: number) =>
    follow(before, series, at(minute), alone, () => '').track;
  const outage = traffic(start, 2 * start, perHour);
  let fires = 1;
  let burning = step(null, outage, start + fires);
  while (burning === null && fires < start) burning = step(null, outage, start + (fires += 1));
  if (burning === null) return { firesAfterMinutes: null, resetsAfterMinutes: null };
  const end = start + Math.max(fires, shortMinutes);
  const over = traffic(start, end, perHour, end + shortMinutes);
  let resets = 1;
  while (resets < shortMinutes && step(burning, over, end + resets)?.state === 'burning') resets += 1;
  return { firesAfterMinutes: fires, resetsAfterMinutes: resets };
}

/** Nothing but good events, from minute `from` to `to` nothing but bad ones. */
function traffic(from: number, to: number, perHour: number, length = to): Series {
  // A hair more: thirty times a sixth is less than five, and five bad events are to be five.
  const valid = (perHour / 60) * (1 + 1e-9);
  const minutes = Array.from({ length }, (_, index): CountedMinute => {
    const isBad = index >= from && index < to;
    return { minute: at(index), good: isBad ? 0 : valid, valid };
  });
  return makeSeries(minutes, at(0), at(length));
}

function at(minute: number): Date {
  return new Date(minute * MINUTE_MS);
}
