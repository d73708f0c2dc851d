import type { Prometheus, PrometheusAnswer, PrometheusSeries } from '../adapters/prometheus.ts';
import { AppError, describeError } from '../errors.ts';
import type { Sli, SliMinute, SliReading } from '../ports.ts';
import { PART, contributorsQuery, countsQuery, fillWindow, problemsOfForm } from './prometheus-query.ts';
import type { PrometheusIndicator } from './types.ts';

const MINUTE_MS = 60_000;
const STEP_SECONDS = 60;
/** Sums of the same counters in another order differ in the last digits. */
const ROUNDING = 1e-9;
/** Nobody caused so little: a difference of two counters leaves it. */
const CRUMB = 1e-6;

/** Whole minutes. */
interface Stretch {
  from: Date;
  to: Date;
}

/**
 * Good and valid events from Prometheus. The value at T is the minute [T - 60 s, T), so [from, to) is asked for at
 * from + 1 min ... to. What is no number that can be (missing, NaN, infinite, negative, more good than valid) is a gap;
 * a minute of which nothing is counted while `up` is 0 is down. What only stands beside the counts (value, contributors)
 * takes nothing from them when it fails: it is a warning. docs/prometheus.md
 */
export function makePrometheusSli(prometheus: Prometheus, indicator: PrometheusIndicator): Sli {
  const problems = problemsOfForm(indicator);
  return {
    async read({ from, to, at }) {
      if (problems.length > 0) throw new AppError('sli_refused', problems.join('; '), { retryable: false });
      const stretch = {
        from: new Date(Math.ceil(from.getTime() / MINUTE_MS) * MINUTE_MS),
        to: new Date(Math.floor(Math.min(to.getTime(), at.getTime()) / MINUTE_MS) * MINUTE_MS),
      };
      return stretch.from < stretch.to ? await readStretch(prometheus, indicator, stretch) : nothing();
    },
  };
}

async function readStretch(
  prometheus: Prometheus,
  indicator: PrometheusIndicator,
  stretch: Stretch,
): Promise<SliReading> {
  const { up, contributors, value } = indicator;
  const range = { from: endOf(stretch.from), to: stretch.to, stepSeconds: STEP_SECONDS };
  const [counts, upTold, who, shown] = await Promise.all([
    prometheus.range(countsQuery(indicator), range),
    up === null ? null : settled(prometheus.range(fillWindow(up), range)),
    contributors === null ? null : settled(prometheus.range(contributorsQuery(contributors), range)),
    value === null ? null : settled(prometheus.instant(fillWindow(value), stretch.to)),
  ]);
  const { minutes, warnings } = countMinutes(counts, indicator, stretch);
  const down = upTold === null ? null : downMinutes(minutes, upTold, stretch);
  const isDown = new Set(down?.minutes.map((minute) => minute.getTime()));
  const caused = who === null ? null : contributorsOf(who);
  const beside = shown === null ? null : valueOf(shown);
  return {
    minutes: minutes.filter(({ minute }) => !isDown.has(minute.getTime())),
    decided: null,
    absent: 'gap',
    down: down?.minutes ?? [],
    contributors: caused?.contributors ?? [],
    value: beside?.value ?? null,
    warnings: [
      ...new Set([
        ...counts.warnings,
        ...warnings,
        ...[down, caused, beside].flatMap((part) => part?.warnings ?? []),
      ]),
    ],
  };
}

/** Of a question that others don't depend on. */
type Settled = { answer: PrometheusAnswer } | { error: unknown };

async function settled(asked: Promise<PrometheusAnswer>): Promise<Settled> {
  try {
    return { answer: await asked };
  } catch (error) {
    return { error };
  }
}

function countMinutes(
  { series }: PrometheusAnswer,
  { good }: Pick<PrometheusIndicator, 'good'>,
  stretch: Stretch,
): { minutes: SliMinute[]; warnings: string[] } {
  const name = good === null ? 'bad' : 'good';
  const share = pointsOf(only(series, name));
  const total = pointsOf(only(series, 'total'));
  const minutes: SliMinute[] = [];
  const [missing, impossible]: [Date[], Date[]] = [[], []];
  for (const minute of minutesOf(stretch)) {
    const valid = total.get(endOf(minute).getTime());
    const part = share.get(endOf(minute).getTime());
    if (valid === undefined || Number.isNaN(valid)) continue;
    if (valid === 0) minutes.push({ minute, good: 0, valid: 0 });
    else if (part === undefined || Number.isNaN(part)) missing.push(minute);
    else {
      const counted = countOf(name, part, valid);
      if (counted === null) impossible.push(minute);
      else minutes.push({ minute, good: counted, valid });
    }
  }
  const warnings = [
    ...note(missing, `total counts, and ${name} says nothing: let it end in "or 0 * TOTAL"`),
    ...note(impossible, `${name} and total are no counts that can be`),
  ];
  return { minutes, warnings };
}

/** Good events; null: these can't be. What is bad only by rounding is not. */
function countOf(name: 'good' | 'bad', part: number, valid: number): number | null {
  const room = valid * ROUNDING;
  if (!(valid > 0) || !Number.isFinite(valid) || !(part >= -room) || part > valid + room) return null;
  const good = name === 'good' ? part : valid - part;
  if (good > valid - room) return valid;
  return good < room ? 0 : good;
}

/** Nothing is counted, and the source says that there is nobody who could. */
function downMinutes(
  minutes: readonly SliMinute[],
  told: Settled,
  stretch: Stretch,
): { minutes: Date[]; warnings: string[] } {
  const counted = new Set(minutes.filter(({ valid }) => valid > 0).map(({ minute }) => minute.getTime()));
  const open = minutesOf(stretch).filter((minute) => !counted.has(minute.getTime()));
  if ('error' in told) {
    // Without it an outage would look like a blind spot.
    if (open.some((minute) => minutes.every((each) => each.minute.getTime() !== minute.getTime())))
      throw told.error;
    return { minutes: [], warnings: [`up: ${describeError(told.error)}`] };
  }
  const up = pointsOf(only(told.answer.series, 'up'));
  return {
    minutes: open.filter((minute) => up.get(endOf(minute).getTime()) === 0),
    warnings: told.answer.warnings,
  };
}

function contributorsOf(told: Settled): Pick<SliReading, 'contributors' | 'warnings'> {
  if ('error' in told) return { contributors: [], warnings: [`contributors: ${describeError(told.error)}`] };
  const contributors = told.answer.series.flatMap(({ labels, points }) => {
    const names = Object.entries(labels).filter(([label, value]) => label !== '__name__' && value !== '');
    const name = names.map(([, value]) => value).join(' ');
    return points
      .filter(({ value }) => name !== '' && value > CRUMB && Number.isFinite(value))
      .map(({ at, value }) => ({ minute: startOf(at), name, bad: value }));
  });
  return { contributors, warnings: told.answer.warnings };
}

function valueOf(told: Settled): Pick<SliReading, 'value' | 'warnings'> {
  if ('error' in told) return { value: null, warnings: [`value: ${describeError(told.error)}`] };
  const { series, warnings } = told.answer;
  const [point] = series[0]?.points ?? [];
  if (series.length > 1) return { value: null, warnings: ['value: gives several series, and not one'] };
  const value = point === undefined || !Number.isFinite(point.value) ? null : point.value;
  return { value, warnings };
}

/** The one series of a part; undefined: it is missing. Several would have to be added up by somebody's guess. */
function only(series: readonly PrometheusSeries[], name: string): PrometheusSeries | undefined {
  const own = name === 'up' ? series : series.filter(({ labels }) => labels[PART] === name);
  if (own.length > 1)
    throw new AppError(
      'sli_refused',
      `${name}: gives ${own.length} series, and not one; wrap it in ${name === 'up' ? 'max' : 'sum'}(...)`,
      { retryable: false },
    );
  return own[0];
}

function pointsOf(series: PrometheusSeries | undefined): Map<number, number> {
  return new Map(series?.points.map(({ at, value }) => [at.getTime(), value]));
}

function note(minutes: readonly Date[], what: string): string[] {
  const [first] = minutes;
  if (first === undefined) return [];
  return [`${what} (${minutes.length} min, first ${first.toISOString().slice(0, 16)}Z)`];
}

function minutesOf({ from, to }: Stretch): Date[] {
  const count = Math.round((to.getTime() - from.getTime()) / MINUTE_MS);
  return Array.from({ length: count }, (_, index) => new Date(from.getTime() + index * MINUTE_MS));
}

function endOf(minute: Date): Date {
  return new Date(minute.getTime() + MINUTE_MS);
}

function startOf(end: Date): Date {
  return new Date(end.getTime() - MINUTE_MS);
}

function nothing(): SliReading {
  return {
    minutes: [],
    decided: null,
    absent: 'gap',
    down: [],
    contributors: [],
    value: null,
    warnings: [],
  };
}
