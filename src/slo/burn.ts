import type { CountedMinute } from './sums.ts';
import type { Episode, EpisodeEvent, Slo, Sums, Tier } from './types.ts';

const MINUTE_MS = 60_000;
/** A tier that is on goes off below this part of its threshold. */
const OFF_AT = 0.5;
/** Most of its ceiling that a tier's threshold may be: above it a total outage is paged too late, or never. */
const MOST_OF_CEILING = 0.5;
/** An episode that fires again so soon after it recovered is the same one. */
export const REOPEN_MINUTES = 60;
/** What happened to one episode, at most; the first stays, and the audit log has all. */
const MOST_EVENTS = 200;
/** Fewer bad events than this are none: sources that extrapolate leave crumbs. */
const CRUMB = 1e-6;

/** How many times faster than its target allows a budget burns; null without valid events. Domain section 2. */
export function burnRate({ good, valid }: Pick<Sums, 'good' | 'valid'>, target: number): number | null {
  if (valid <= 0) return null;
  return Math.max(0, valid - good) / valid / (1 - target);
}

/** The burn rate of a total outage: no window ever burns faster. */
export function ceiling(target: number): number {
  return 1 / (1 - target);
}

/** Those that can fire in time: at 95 % nothing burns faster than 20, so 14.4 would take most of its hour. Domain section 2. */
export function tiersFor(target: number, tiers: readonly Tier[]): Tier[] {
  // 1 / (1 - 0.9) is a hair more or less than 10.
  const most = ceiling(target) * MOST_OF_CEILING * (1 + 1e-9);
  return tiers.filter(({ threshold }) => threshold <= most).toSorted((a, b) => b.threshold - a.threshold);
}

/**
 * Minutes from `from` on as running sums, so that any window is a difference: a year of minutes is judged in a second.
 * Minutes that are not there count nothing.
 */
export interface Series {
  fromMs: number;
  good: Float64Array;
  valid: Float64Array;
  minutes: Int32Array;
}

/** The minutes of [from, to); those outside are left out. */
export function makeSeries(minutes: readonly CountedMinute[], from: Date, to: Date): Series {
  const fromMs = from.getTime();
  const length = Math.max(0, Math.round((to.getTime() - fromMs) / MINUTE_MS));
  const [good, valid] = [new Float64Array(length + 1), new Float64Array(length + 1)];
  const counts = new Int32Array(length + 1);
  for (const each of minutes) {
    const index = Math.round((each.minute.getTime() - fromMs) / MINUTE_MS);
    if (index < 0 || index >= length) continue;
    good[index + 1] = each.good;
    valid[index + 1] = each.valid;
    counts[index + 1] = 1;
  }
  for (let index = 1; index <= length; index += 1) {
    good[index]! += good[index - 1]!;
    valid[index]! += valid[index - 1]!;
    counts[index]! += counts[index - 1]!;
  }
  return { fromMs, good, valid, minutes: counts };
}

/** The window of so many minutes that ends at `at`; what is before the series counts nothing. */
export function windowOf(series: Series, at: Date, minutes: number): Sums {
  const last = series.valid.length - 1;
  const end = Math.min(last, Math.max(0, Math.round((at.getTime() - series.fromMs) / MINUTE_MS)));
  const start = Math.max(0, end - minutes);
  return {
    good: series.good[end]! - series.good[start]!,
    valid: series.valid[end]! - series.valid[start]!,
    minutes: series.minutes[end]! - series.minutes[start]!,
  };
}

/** Bad events of a window. */
function badOf({ good, valid }: Pick<Sums, 'good' | 'valid'>): number {
  const bad = valid - good;
  return bad > CRUMB ? bad : 0;
}

/** Is its short window fast enough to fire? Whatever its long one says, without this it doesn't. */
export function couldFire(
  series: Series,
  at: Date,
  { target, tiers }: Pick<Slo, 'target' | 'tiers'>,
): boolean {
  return tiers.some(
    (tier) => (burnRate(windowOf(series, at, tier.shortMinutes), target) ?? 0) > tier.threshold,
  );
}

/**
 * The tiers that are on once the minute before `at` is counted, fastest first, with those that were on before it. Both
 * windows have to burn too fast for a tier to go on; it goes off when its short window falls below half its threshold,
 * and neither happens while its short window has no valid event.
 */
function tiersOn(
  series: Series,
  at: Date,
  { target, tiers }: Pick<Slo, 'target' | 'tiers'>,
  wasOn: readonly string[],
): Tier[] {
  return tiers.filter((tier) => {
    const short = windowOf(series, at, tier.shortMinutes);
    const rate = burnRate(short, target);
    const isOn = wasOn.includes(tier.name);
    if (rate === null) return isOn;
    if (isOn) return badOf(short) > 0 && rate >= tier.threshold * OFF_AT;
    if (rate <= tier.threshold) return false;
    const long = windowOf(series, at, tier.longMinutes);
    return (burnRate(long, target) ?? 0) > tier.threshold && badOf(long) >= tier.minBad;
  });
}

/** An episode as judging carries it from minute to minute; a new one has no row yet. */
export type Track = Omit<Episode, 'number'> & {
  /** Names of all tiers that are on, the inhibited ones too; none once it has recovered. */
  on: readonly string[];
};

/** One thing that happened in a minute; `track` is the episode after it. */
export interface Step {
  track: Track | null;
  event: EpisodeEvent['what'] | null;
}

/**
 * What one more minute makes of a promise's episode: there is one at most, its tier the fastest that is on. One that
 * recovered less than an hour ago and burns again is reopened. `at`: the end of that minute.
 */
export function follow(
  before: Track | null,
  series: Series,
  at: Date,
  slo: Pick<Slo, 'name' | 'target' | 'tiers'>,
  newId: () => string,
): Step {
  const open = before?.state === 'burning' ? before : null;
  const on = tiersOn(series, at, slo, open?.on ?? []);
  const [tier] = on;
  if (tier === undefined) return open === null ? { track: before, event: null } : recovered(open, at);
  const names = on.map(({ name }) => name);
  if (open !== null) return goesOn(open, series, at, slo, { tier, names });
  const long = windowOf(series, at, tier.longMinutes);
  const seen = { on: names, tier: tier.name, level: tier.level, changedAt: at };
  const peakBurn = burnRate(long, slo.target) ?? 0;
  if (before?.recoveredAt && at.getTime() - before.recoveredAt.getTime() <= REOPEN_MINUTES * MINUTE_MS) {
    const track: Track = {
      ...before,
      ...seen,
      ...NOBODY,
      state: 'burning',
      recoveredAt: null,
      worstTier: fasterOf(slo.tiers, before.worstTier, tier.name),
      peakBurn: Math.max(before.peakBurn, peakBurn),
      bad: before.bad + badOf(windowOf(series, at, minutesBetween(before.recoveredAt, at))),
    };
    return told(track, 'reopened', at);
  }
  const track: Track = {
    ...seen,
    ...NOBODY,
    id: newId(),
    slo: slo.name,
    state: 'burning',
    worstTier: tier.name,
    openedAt: at,
    recoveredAt: null,
    peakBurn,
    // What made it fire was bad before it did.
    bad: badOf(long),
    history: [],
  };
  return told(track, 'opened', at);
}

/** Whoever answered, answered for less. */
const NOBODY = { acknowledgedBy: null, acknowledgedAt: null };

function goesOn(
  open: Track,
  series: Series,
  at: Date,
  slo: Pick<Slo, 'target' | 'tiers'>,
  { tier, names }: { tier: Tier; names: string[] },
): Step {
  const rate = burnRate(windowOf(series, at, tier.longMinutes), slo.target) ?? 0;
  const track: Track = {
    ...open,
    on: names,
    peakBurn: Math.max(open.peakBurn, rate),
    bad: open.bad + badOf(windowOf(series, at, 1)),
  };
  if (tier.name === open.tier) return { track, event: null };
  const isWorse = fasterOf(slo.tiers, tier.name, open.tier) === tier.name;
  const startsToPage = tier.level === 'page' && open.level === 'ticket';
  const changed: Track = {
    ...track,
    ...(startsToPage ? NOBODY : {}),
    tier: tier.name,
    level: tier.level,
    changedAt: at,
    worstTier: fasterOf(slo.tiers, open.worstTier, tier.name),
  };
  return told(changed, isWorse ? 'worsened' : 'eased', at);
}

function recovered(open: Track, at: Date): Step {
  const track: Track = { ...open, on: [], state: 'recovered', recoveredAt: at, changedAt: at };
  return told(track, 'recovered', at);
}

function told(track: Track, what: EpisodeEvent['what'], at: Date): Step {
  const event = { at: at.toISOString(), what, tier: track.tier };
  const [first, ...later] = track.history;
  const history = first === undefined ? [event] : [first, ...later.slice(2 - MOST_EVENTS), event];
  return { track: { ...track, history }, event: what };
}

/** The faster of two tiers by their names; one that the definition has no more is the slower. */
function fasterOf(tiers: readonly Tier[], one: string, other: string): string {
  const [first, second] = [one, other].map((name) => tiers.findIndex((tier) => tier.name === name));
  if (first === -1) return other;
  return second === -1 || first! <= second! ? one : other;
}

function minutesBetween(from: Date, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / MINUTE_MS));
}

/**
 * Share of a window's budget that is left: 1 before any bad event, 0 once it is spent, below 0 when it is overspent; null
 * without valid events.
 */
export function budgetLeft(sums: Pick<Sums, 'good' | 'valid'>, target: number): number | null {
  const spent = burnRate(sums, target);
  return spent === null ? null : 1 - spent;
}
