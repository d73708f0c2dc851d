import { businessDayOf } from '../business-day.ts';
import { budgetLeft, burnRate } from './burn.ts';
import type { Health } from './models.ts';
import type { Counts, PromiseFigures, PromiseInputs, ReportFigures, ReportInputs } from './report-types.ts';
import { mondayOf } from './week.ts';

const HOUR_MS = 3_600_000;
/** Later than this, and somebody may have waited for it. */
const LATE_MS = 15 * 60_000;
/** Sources that extrapolate leave crumbs; fewer bad events are none. */
const CRUMB = 1e-6;
/** 1 - 0.95 is a hair more than 0.05: a budget spent to the last event is not overspent. */
const HAIR = 1e-9;
/** A thousandth of a percent. */
const STEPS = 100_000;

/** A weekly report in numbers, from what it was made from. Pure: the same inputs always give the same figures. */
export function reportFigures(inputs: ReportInputs): ReportFigures {
  const { week, zone, from, to, dueAt, madeAt, webhooks } = inputs;
  return {
    week,
    zone,
    from,
    to,
    hours: (Date.parse(to) - Date.parse(from)) / HOUR_MS,
    dueAt,
    madeAt,
    madeOn: businessDayOf(new Date(madeAt), zone),
    isLate: dueAt !== null && Date.parse(madeAt) - Date.parse(dueAt) > LATE_MS,
    actions: inputs.actions,
    promises: inputs.promises.map((promise) => promiseFigures(promise, inputs)),
    episodes: inputs.episodes,
    breaches: inputs.breaches,
    corrections: inputs.corrections,
    webhooks:
      webhooks === null
        ? null
        : {
            refused: webhooks.refused,
            all: webhooks.all,
            share: webhooks.all === 0 ? 0 : webhooks.refused / webhooks.all,
          },
  };
}

function promiseFigures(promise: PromiseInputs, inputs: ReportInputs): PromiseFigures {
  const { slo, week, window } = promise;
  const { target } = slo;
  const value = shareOf(week);
  const lastValue = shareOf(promise.weeks.at(-2)?.counts ?? [0, 0, 0]);
  const caused = promise.contributors.reduce((sum, { bad }) => sum + bad, 0);
  const bad = Math.max(badOf(week), badOf(promise.decided), caused);
  const left = budgetLeft(asSums(window), target);
  return {
    slo,
    health: healthOf(promise, left, inputs),
    value,
    valid: week[1],
    bad: badOf(week),
    lastValue,
    change: value === null || lastValue === null ? null : value - lastValue,
    windowValue: shareOf(window),
    budgetLeft: left,
    spent: window[1] > 0 ? badOf(week) / (window[1] * (1 - target)) : null,
    burn: {
      hour: burnRate(asSums(promise.burn.hour), target),
      quarter: burnRate(asSums(promise.burn.quarter), target),
      days: burnRate(asSums(promise.burn.days), target),
    },
    days: promise.days.map(({ day, counts }) => ({ day, value: shareOf(counts), bad: badOf(counts) })),
    worstHour: worstHourOf(promise.hours, inputs.from),
    trend: promise.weeks.map(({ week: each, counts }) => ({
      week: each,
      monday: mondayOf(each) ?? '',
      value: shareOf(counts),
      used: burnRate(asSums(counts), target),
    })),
    contributors: promise.contributors.map((each) => ({ ...each, share: bad > 0 ? each.bad / bad : 0 })),
    gapMinutes: promise.gapMinutes,
    gaps: promise.gaps,
    leftOutMinutes: promise.leftOutMinutes,
    undecidedFrom: promise.undecidedFrom,
    silentSince: promise.silentSince,
    late: promise.source === 'payouts' && promise.decided[1] > 0 ? badOf(promise.decided) : null,
  };
}

/** As /slo answered it at the end of the week; a source that told nothing in it, or was silent at its end, proves nothing. */
function healthOf(
  { slo, week, silentSince }: PromiseInputs,
  left: number | null,
  inputs: ReportInputs,
): Health {
  if (left === null || week[1] <= 0) return 'no_data';
  if (silentSince !== null && silentSince < inputs.to) return 'no_data';
  if (left < -HAIR) return 'broken';
  const burns = inputs.episodes.some(
    (episode) =>
      episode.slo === slo.name &&
      episode.openedAt < inputs.to &&
      (episode.recoveredAt === null || episode.recoveredAt >= inputs.to),
  );
  return burns || left < inputs.atRiskBelow ? 'at_risk' : 'met';
}

function worstHourOf(hours: readonly Counts[], from: string): PromiseFigures['worstHour'] {
  const most = hours.reduce((max, counts) => Math.max(max, badOf(counts)), 0);
  const index = hours.findIndex((counts) => badOf(counts) === most);
  const counts = hours[index];
  if (most <= 0 || counts === undefined) return null;
  return {
    from: new Date(Date.parse(from) + index * HOUR_MS).toISOString(),
    bad: most,
    valid: counts[1],
    value: shareOf(counts) ?? 0,
  };
}

/** Rounded down, so that 100 % is never said of a week that had a bad event. */
function shareOf([good, valid]: Counts): number | null {
  if (valid <= 0) return null;
  if (badOf([good, valid, 0]) === 0) return 1;
  return Math.min(STEPS - 1, Math.floor((good / valid) * STEPS + HAIR)) / STEPS;
}

function badOf([good, valid]: Counts): number {
  const bad = valid - good;
  return bad > CRUMB ? bad : 0;
}

function asSums([good, valid, minutes]: Counts): { good: number; valid: number; minutes: number } {
  return { good, valid, minutes };
}
