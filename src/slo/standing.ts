import { budgetLeft, burnRate } from './burn.ts';
import type { Health, NoData, Standing } from './models.ts';
import { BURN_WINDOWS, type Episode, type LeftOut, type Slo, type SourceState, type Sums } from './types.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** What floating point leaves of a budget that is spent exactly. */
const HAIR = 1e-9;

/** All that a standing is made of, read at `now`. */
export interface StandingFacts {
  slo: Slo;
  now: Date;
  days: number;
  /** Of the window that was asked for. */
  sums: Sums;
  /** Over 1 h, 6 h and 3 d, on the basis that tells how fast it burns. */
  burnSums: { hour: Sums; quarter: Sums; days: Sums };
  source: SourceState | undefined;
  silentAfterMinutes: number;
  atRiskBelow: number;
  /** Those with most; `allBad` is that of all there are. */
  contributors: readonly { name: string; bad: number; allBad: number }[];
  episode: Episode | null;
  leftOut: readonly LeftOut[];
  trend: readonly { from: Date; sums: Sums }[];
}

/** How one promise stands. What nobody knows is no_data, whatever was known before. Pure; domain section 2. */
export function standingOf(facts: StandingFacts): Standing {
  const { slo, days, sums, burnSums, source } = facts;
  const { name, title, target, windowDays, unit, dashboard } = slo;
  const noData = whyNoData(facts);
  const value = sums.valid > 0 ? sums.good / sums.valid : null;
  const left = leftOf(sums, target);
  const rate = (of: Sums) => burnRate(of, target);
  const burn = { hour: rate(burnSums.hour), quarter: rate(burnSums.quarter), days: rate(burnSums.days) };
  return {
    slo: { name, title, target, windowDays, unit, dashboard },
    health: healthOf(facts, noData, left),
    noData,
    days,
    value,
    sums,
    budgetLeft: left,
    minutesLeft: left === null || unit === 'payouts' ? null : left * (1 - target) * days * DAY_MINUTES,
    eventsLeft: left === null ? null : left * (1 - target) * sums.valid,
    burn,
    exhaustedAt: exhaustionOf(facts, { noData, left, burn }),
    dataUntil: source?.collectedUntil ?? null,
    silentSince: source?.silentSince ?? null,
    sourceError: source?.error ?? '',
    shown: source?.value ?? null,
    contributors: facts.contributors.map(({ name: who, bad, allBad }) => ({
      name: who,
      bad,
      share: allBad > 0 ? bad / allBad : 0,
    })),
    episode: facts.episode,
    leftOut: [...facts.leftOut],
    trend: facts.trend.map(({ from, sums: of }) => ({
      from,
      value: of.valid > 0 ? of.good / of.valid : null,
    })),
  };
}

/** Share of the budget that is left; a promise that is kept with exactly its target has none left, and is not overspent. */
function leftOf(sums: Sums, target: number): number | null {
  const left = budgetLeft(sums, target);
  return left !== null && Math.abs(left) < HAIR ? 0 : left;
}

function whyNoData({ source, now, silentAfterMinutes, sums }: StandingFacts): NoData | null {
  if (source === undefined || source.collectedUntil === null) return 'never_read';
  const ageMs = now.getTime() - source.collectedUntil.getTime();
  // The row says it a little later than the clock does, when nobody looks any more.
  if (source.silentSince !== null || ageMs > silentAfterMinutes * MINUTE_MS) return 'source_silent';
  return sums.valid > 0 ? null : 'no_traffic';
}

function healthOf(
  { atRiskBelow, episode }: StandingFacts,
  noData: NoData | null,
  left: number | null,
): Health {
  if (noData !== null || left === null) return 'no_data';
  if (left < 0) return 'broken';
  const burns = episode !== null && episode.state === 'burning';
  return burns || left < atRiskBelow ? 'at_risk' : 'met';
}

/**
 * At the faster of the 6 h and 3 d rates; a budget that burns no faster than its window refills it is never spent. Null
 * too where the rates are of some time ago, and of a window that nothing is promised over.
 */
function exhaustionOf(
  { slo, days, now }: StandingFacts,
  { noData, left, burn }: { noData: NoData | null; left: number | null; burn: Standing['burn'] },
): Date | null {
  if (noData !== null || days !== slo.windowDays) return null;
  const rate = Math.max(burn.quarter ?? 0, burn.days ?? 0);
  if (left === null || left <= 0 || rate <= 1) return null;
  return new Date(now.getTime() + (left / rate) * days * DAY_MINUTES * MINUTE_MS);
}

/** The windows of the burn rates, in the order of `burnSums`. */
export const BURN_MINUTES = [BURN_WINDOWS.hour, BURN_WINDOWS.quarter, BURN_WINDOWS.days] as const;
