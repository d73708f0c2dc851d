import { readActionFigures } from '../actions/figures.ts';
import { listActions } from '../actions/list-actions.ts';
import { nameOfAction } from '../actions/types.ts';
import { businessDayOf, dayBounds, type Bounds } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import type { SloDeps } from './deps.ts';
import { listBreaches, listEpisodes } from './episode-store.ts';
import { listCorrections } from './report-corrections.ts';
import { readNewestMadeAt } from './report-store.ts';
import { countLeftOut, countsOf, findGaps, sumContributors, sumEach, sumHours } from './report-sums.ts';
import {
  REPORT_SERIES,
  TREND_WEEKS,
  type PromiseInputs,
  type ReportedAction,
  type ReportInputs,
} from './report-types.ts';
import { readSources } from './source-store.ts';
import { burnBasisOf, sumBetween, sumWindows } from './sums.ts';
import { BURN_WINDOWS, type Slo, type SourceState } from './types.ts';
import { daysOfWeek, shiftWeek, weekBounds } from './week.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MINUTES = 1_440;
const MOST_CONTRIBUTORS = 5;
const MOST_ACTIONS = 50;

/** One week, with what was read elsewhere for it. */
export interface ReportOrder {
  week: string;
  dueAt: Date | null;
  /** Of the report itself; one that is not kept may have any. */
  id: string;
  webhooks: ReportInputs['webhooks'];
}

/**
 * Everything that the report of a week is made from, as it is known now. Reads up to twelve weeks of minutes of each
 * promise (1.2 s for four of 90 days on a busy machine of two cores); whoever calls gives one snapshot or one transaction.
 */
export async function gatherReport(
  db: Queryable,
  { policy, slos }: Pick<SloDeps, 'policy' | 'slos'>,
  now: Date,
  order: ReportOrder,
): Promise<ReportInputs> {
  const zone = policy.business.time_zone;
  const bounds = weekBounds(order.week, zone);
  const sources = await readSources(db);
  const promises: PromiseInputs[] = [];
  for (const slo of slos.all)
    promises.push(await gatherPromise(db, slo, { ...order, zone, now, source: sources.get(slo.name) }));
  return {
    week: order.week,
    zone,
    from: bounds.from.toISOString(),
    to: bounds.to.toISOString(),
    dueAt: isoOf(order.dueAt),
    madeAt: now.toISOString(),
    atRiskBelow: policy.slo.at_risk_below,
    promises,
    episodes: await gatherEpisodes(db, bounds),
    breaches: (await listBreaches(db, bounds)).map(({ slo, beganAt, endedAt }) => ({
      slo,
      beganAt: beganAt.toISOString(),
      endedAt: isoOf(endedAt),
    })),
    corrections: await listCorrections(db, { from: earliestOf(slos.all, bounds), to: bounds.to }),
    webhooks: order.webhooks,
    actions: await gatherActions(db, now, { id: order.id, zone }),
  };
}

/** The beginning of the oldest figure of a report: its week, or the window of a promise that ends with it. */
function earliestOf(slos: readonly Slo[], { from, to }: { from: Date; to: Date }): Date {
  const days = Math.max(0, ...slos.map(({ windowDays }) => windowDays));
  return new Date(Math.min(from.getTime(), to.getTime() - days * 86_400_000));
}

async function gatherPromise(
  db: Queryable,
  slo: Slo,
  of: { week: string; zone: string; now: Date; source: SourceState | undefined },
): Promise<PromiseInputs> {
  const bounds = weekBounds(of.week, of.zone);
  const event = { slo: slo.name, basis: 'event' as const };
  const burn = { slo: slo.name, basis: burnBasisOf(slo) };
  const days = daysOfWeek(of.week);
  const weeks = Array.from({ length: TREND_WEEKS }, (_, index) =>
    shiftWeek(of.week, index - TREND_WEEKS + 1),
  );
  const ofDays = await sumEach(
    db,
    event,
    days.map((day) => dayBounds(day, of.zone)),
  );
  const ofWeeks = await sumEach(
    db,
    event,
    weeks.map((week) => weekBounds(week, of.zone)),
  );
  const [whole] = await sumWindows(db, { ...event, at: bounds.to, windows: [slo.windowDays * DAY_MINUTES] });
  const [decided] = await sumBetween(db, burn, [bounds]);
  const { hour, quarter, days: long } = BURN_WINDOWS;
  const rates = await sumWindows(db, { ...burn, at: bounds.to, windows: [hour, quarter, long] });
  const gaps = await gatherGaps(db, slo, bounds, of.source);
  return {
    slo: {
      name: slo.name,
      title: slo.title,
      target: slo.target,
      windowDays: slo.windowDays,
      unit: slo.unit,
    },
    source: slo.indicator.source,
    week: ofWeeks.at(-1) ?? countsOf(undefined),
    window: countsOf(whole),
    decided: countsOf(decided),
    days: days.map((day, index) => ({ day, counts: ofDays[index] ?? countsOf(undefined) })),
    hours: await sumHours(db, { slo: slo.name, ...bounds }),
    weeks: weeks.map((week, index) => ({ week, counts: ofWeeks[index] ?? countsOf(undefined) })),
    burn: { hour: countsOf(rates[0]), quarter: countsOf(rates[1]), days: countsOf(rates[2]) },
    contributors: await sumContributors(db, { slo: slo.name, ...bounds, most: MOST_CONTRIBUTORS }),
    gapMinutes: gaps.minutes,
    gaps: gaps.stretches.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })),
    leftOutMinutes: await countLeftOut(db, { slo: slo.name, ...bounds }),
    undecidedFrom: isoOf(undecidedFrom(slo, bounds, of.now)),
    silentSince: isoOf(of.source?.silentSince ?? null),
  };
}

/** A source that counts everything has no row for a quiet minute: of it nothing is known only after it was read last. */
async function gatherGaps(
  db: Queryable,
  { name, indicator }: Slo,
  { from, to }: Bounds,
  source: SourceState | undefined,
): Promise<{ minutes: number; stretches: Bounds[] }> {
  if (indicator.source !== 'payouts') return await findGaps(db, { slo: name, from, to });
  const known = Math.max(from.getTime(), source?.collectedUntil?.getTime() ?? 0);
  const minutes = Math.max(0, Math.ceil((to.getTime() - known) / MINUTE_MS));
  return { minutes, stretches: minutes === 0 ? [] : [{ from: new Date(known), to }] };
}

/** Payouts that were asked for so lately that they may still be in time. */
function undecidedFrom({ indicator }: Slo, { from, to }: Bounds, now: Date): Date | null {
  if (indicator.source !== 'payouts') return null;
  const at = Math.max(from.getTime(), now.getTime() - indicator.withinHours * HOUR_MS);
  return at < to.getTime() ? new Date(at) : null;
}

async function gatherEpisodes(db: Queryable, bounds: Bounds): Promise<ReportInputs['episodes']> {
  const episodes = await listEpisodes(db, bounds);
  return episodes.map(({ number, slo, worstTier, level, peakBurn, bad, ...rest }) => ({
    number,
    slo,
    worstTier,
    level,
    peakBurn,
    bad,
    acknowledgedBy: rest.acknowledgedBy,
    openedAt: rest.openedAt.toISOString(),
    recoveredAt: isoOf(rest.recoveredAt),
  }));
}

async function gatherActions(
  db: Queryable,
  now: Date,
  { id, zone }: { id: string; zone: string },
): Promise<ReportInputs['actions']> {
  const day = businessDayOf(now, zone);
  const since = await readNewestMadeAt(db);
  const list = await listActions(db, {
    series: REPORT_SERIES,
    sourceId: id,
    at: now,
    nextAt: null,
    most: MOST_ACTIONS,
  });
  const open = list.earlier.map(({ action, ownerLeft }): ReportedAction => ({
    name: nameOfAction(action),
    what: action.what,
    ownerId: action.ownerId,
    ownerLeft,
    dueOn: action.dueOn,
  }));
  const figures = await readActionFigures(db, { series: REPORT_SERIES, since, day });
  return { figures, open, more: list.more };
}

function isoOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
