import type { BurnModel } from '../src/slo/load-burn.ts';
import type { Locale, Texts } from '../src/texts.ts';

const DAY_MS = 86_400_000;
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Nobody knows. */
const GAP = '·';

/** A line through fewer points than two shows nothing. */
export function hasChart({ chart }: BurnModel): boolean {
  return chart.filter(({ ratio }) => ratio !== null).length > 1;
}

/**
 * The error ratio in percent, with what it is told from beside it; a part without data is a gap in the line.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export function burnChart(
  { chart, tier, worstTier, slo, timeZone }: BurnModel,
  { t, locale }: Texts,
): object {
  const labels = labelsOf(chart, locale, timeZone);
  const bad = chart.flatMap(({ ratio }, index) =>
    ratio === null ? [] : [{ label: labels[index] ?? '', value: percentOf(ratio) }],
  );
  const series = [{ name: t('slo.burn.series'), data: bad }];
  const told = tier ?? worstTier;
  if (told !== null) {
    const value = percentOf(told.threshold * (1 - slo.target));
    series.push({ name: t('slo.burn.limit'), data: labels.map((label) => ({ label, value })) });
  }
  return {
    type: 'data_visualization',
    title: t('slo.burn.chart'),
    chart: { type: 'line', series, axis_config: { categories: labels } },
  };
}

/** The same as a line of bars, from when to when, and the most of it. */
export function burnSpark({ chart, timeZone }: BurnModel, texts: Texts): string[] {
  const labels = labelsOf(chart, texts.locale, timeZone);
  const most = Math.max(...chart.map(({ ratio }) => ratio ?? 0));
  const bars = chart.map(({ ratio }) => (ratio === null ? GAP : barOf(ratio, most))).join('');
  const span = { from: labels[0] ?? '', to: labels.at(-1) ?? '', most: texts.percent(most) };
  return [`*${texts.t('slo.burn.chart')}*`, bars, texts.t('slo.burn.spark', span)];
}

function barOf(ratio: number, most: number): string {
  if (most <= 0) return BARS[0];
  return BARS[Math.min(BARS.length - 1, Math.floor((ratio / most) * BARS.length))] ?? BARS[0];
}

/** Two decimals of a percent. */
function percentOf(ratio: number): number {
  return Math.round(ratio * 10_000) / 100;
}

/** Times of day; with the day where the chart is longer than one. At most 20 characters each. */
function labelsOf(chart: BurnModel['chart'], locale: Locale, timeZone: string): string[] {
  const spanMs = (chart.at(-1)?.from.getTime() ?? 0) - (chart[0]?.from.getTime() ?? 0);
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(spanMs < DAY_MS ? {} : { day: 'numeric', month: 'short' }),
  });
  return chart.map(({ from }) => format.format(from));
}
