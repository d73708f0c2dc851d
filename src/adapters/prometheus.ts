import { AppError } from '../errors.ts';
import { makeAsk, type AskOptions } from './prometheus-call.ts';
import { readSeries, type PrometheusAnswer } from './prometheus-answer.ts';

/** The API refuses more than 11,000 points a series (prometheus.io/docs/prometheus/latest/querying/api). */
const MOST_POINTS = 10_000;

export type { PrometheusAnswer, PrometheusSeries } from './prometheus-answer.ts';

/**
 * Prometheus, or what answers its HTTP API. Faults: `sli_unavailable` (retryable: it does not answer, or is busy) and
 * `sli_refused` (the question, the address or the login is wrong); their words carry neither token nor password.
 */
export interface Prometheus {
  /** The value at one moment: series of one point at most; a scalar is a series without labels. */
  instant(query: string, at: Date, signal?: AbortSignal): Promise<PrometheusAnswer>;
  /** The values at from, from + step ... up to and with `to`. Each part of a long range has the time limit of its own. */
  range(query: string, of: PrometheusRange, signal?: AbortSignal): Promise<PrometheusAnswer>;
}

interface PrometheusRange {
  from: Date;
  to: Date;
  stepSeconds: number;
}

/** The HTTP API at this address (a path before /api/v1 is kept), asked by POST so that queries may be long. */
export function makePrometheus(options: AskOptions): Prometheus {
  const ask = makeAsk(options);
  return {
    async instant(query, at, signal) {
      return readSeries(await ask('query', { query, time: seconds(at) }, signal));
    },
    async range(query, range, signal) {
      const parts: PrometheusAnswer[] = [];
      for (const { from, to } of partsOf(range)) {
        const form = { query, start: seconds(from), end: seconds(to), step: String(range.stepSeconds) };
        parts.push(readSeries(await ask('query_range', form, signal)));
      }
      return joined(parts);
    },
  };
}

function seconds(at: Date): string {
  return (at.getTime() / 1_000).toFixed(3);
}

function partsOf({ from, to, stepSeconds }: PrometheusRange): { from: Date; to: Date }[] {
  const stepMs = stepSeconds * 1_000;
  if (!(stepMs > 0) || !(to >= from))
    throw new AppError('internal', 'a range needs a step and an end', { retryable: false });
  const parts: { from: Date; to: Date }[] = [];
  for (let start = from.getTime(); start <= to.getTime(); start += MOST_POINTS * stepMs) {
    const end = Math.min(to.getTime(), start + (MOST_POINTS - 1) * stepMs);
    parts.push({ from: new Date(start), to: new Date(end) });
  }
  return parts;
}

/** Parts follow each other, so the points of one series only have to be put behind each other. */
function joined(parts: readonly PrometheusAnswer[]): PrometheusAnswer {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const series = new Map<string, PrometheusAnswer['series'][number]>();
  for (const each of parts.flatMap((part) => part.series)) {
    const key = JSON.stringify(Object.entries(each.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const known = series.get(key);
    if (known === undefined) series.set(key, { labels: each.labels, points: [...each.points] });
    else for (const point of each.points) known.points.push(point);
  }
  return {
    series: [...series.values()],
    warnings: [...new Set(parts.flatMap(({ warnings }) => warnings))],
    infos: [...new Set(parts.flatMap(({ infos }) => infos))],
  };
}
