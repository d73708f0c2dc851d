import { z } from 'zod';
import { AppError } from '../errors.ts';

/** One series; NaN and infinities are kept, since what they mean is not ours to say here. */
export interface PrometheusSeries {
  labels: Readonly<Record<string, string>>;
  /** In the order of time. */
  points: { at: Date; value: number }[];
}

export interface PrometheusAnswer {
  series: PrometheusSeries[];
  /** What may be wrong with the answer, such as a part that is missing; in the server's own words. */
  warnings: string[];
  /** What may be wrong with the query. */
  infos: string[];
}

const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const notes = z
  .array(z.string())
  .nullish()
  .transform((lines) => (lines ?? []).slice(0, 10).map((line) => line.slice(0, 300)));
const histograms = z.unknown().optional();

const data = z.discriminatedUnion('resultType', [
  z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ metric: labels, value: point.optional(), histogram: histograms })),
  }),
  z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric: labels, values: z.array(point).optional(), histograms })),
  }),
  z.object({ resultType: z.literal('scalar'), result: point }),
  z.object({ resultType: z.literal('string'), result: z.unknown() }),
]);

const success = z.object({ status: z.literal('success'), data, warnings: notes, infos: notes });

/**
 * The series of an answer that says it succeeded. Throws `sli_refused` when it is no answer of this API, or when the
 * query gives no numbers. prometheus.io/docs/prometheus/latest/querying/api#expression-query-result-formats
 */
export function readSeries(body: unknown): PrometheusAnswer {
  const parsed = success.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(
      `what answers is not the Prometheus API: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
  }
  const { data: told, warnings, infos } = parsed.data;
  return { series: seriesOf(told), warnings, infos };
}

function seriesOf(told: z.infer<typeof data>): PrometheusSeries[] {
  switch (told.resultType) {
    case 'vector':
      return told.result.map(({ metric, value, histogram }) => series(metric, value && [value], histogram));
    case 'matrix':
      return told.result.map(({ metric, values, histograms: some }) => series(metric, values, some));
    case 'scalar':
      return [series({}, [told.result], undefined)];
    case 'string':
      throw refused('the query gives a text and no number');
  }
}

function series(
  metric: Record<string, string>,
  values: readonly (readonly [number, string])[] | undefined,
  histogram: unknown,
): PrometheusSeries {
  if (values === undefined || histogram !== undefined)
    throw refused(
      'the query gives native histograms and no numbers; use histogram_count or histogram_fraction',
    );
  return {
    labels: metric,
    points: values.map(([at, text]) => ({ at: new Date(Math.round(at * 1_000)), value: numberOf(text) })),
  };
}

function numberOf(text: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw refused('what answers is not the Prometheus API');
  return value;
}

function refused(message: string): AppError {
  return new AppError('sli_refused', `Prometheus: ${message}`, { retryable: false });
}
