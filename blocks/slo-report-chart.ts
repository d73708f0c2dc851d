import type { PromiseFigures, ReportFigures } from '../src/slo/report-types.ts';
import type { Texts } from '../src/texts.ts';
import { cut, foreignWords } from './foreign.ts';
import type { Medium } from './medium.ts';

/** Slack's limits of a chart. docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
const MOST_SERIES = 12;
const MOST_NAME = 20;
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** Nobody knows. */
const GAP = '·';
const NAME_LIMIT = 40;

/** A line through fewer weeks than two shows nothing. */
export function hasTrend({ promises }: ReportFigures): boolean {
  return promises.some(({ trend }) => trend.filter(({ used }) => used !== null).length > 1);
}

/**
 * How much of what it allows each promise used, week by week: promises of 99.9 % and of 95 % share one scale, and 100 is
 * the edge for all. A week without data is a gap in its line.
 */
export function trendChart({ promises }: ReportFigures, { t, locale }: Texts): object {
  const weeks = promises[0]?.trend ?? [];
  const labels = weeks.map(({ monday }) => dayLabel(monday, locale));
  const taken = new Set<string>();
  const series = promises
    .filter(({ trend }) => trend.some(({ used }) => used !== null))
    .slice(0, MOST_SERIES)
    .map(({ slo, trend }) => ({
      name: distinct(foreignWords(slo.name, MOST_NAME), taken),
      data: trend.flatMap(({ used }, index) =>
        used === null ? [] : [{ label: labels[index] ?? '', value: percentOf(used) }],
      ),
    }));
  return {
    type: 'data_visualization',
    title: t('slo.report.chart'),
    chart: { type: 'line', series, axis_config: { categories: labels } },
  };
}

/** The same as lines of bars, a promise each, on a scale of its own; a number says how much the last week is. */
export function trendLines({ promises }: ReportFigures, medium: Medium): string[] {
  const { texts, strong } = medium;
  const lines = promises.slice(0, MOST_SERIES).map(({ slo, trend }) => {
    const used = trend.at(-1)?.used ?? null;
    return texts.t('slo.report.spark', {
      name: medium.foreign(slo.title[texts.locale], NAME_LIMIT),
      bars: barsOf(trend),
      used: used === null ? texts.t('slo.report.health.no_data') : texts.percent(used),
    });
  });
  return [strong(texts.t('slo.report.chart')), ...lines];
}

function barsOf(trend: PromiseFigures['trend']): string {
  const most = Math.max(0, ...trend.map(({ used }) => used ?? 0));
  return trend
    .map(({ used }) => {
      if (used === null) return GAP;
      if (most <= 0) return BARS[0];
      return BARS[Math.min(BARS.length - 1, Math.floor((used / most) * BARS.length))] ?? BARS[0];
    })
    .join('');
}

function percentOf(used: number): number {
  return Math.round(used * 1_000) / 10;
}

/** The week's Monday: "12 Jan" or "12 Oca"; twelve weeks hold no day twice. */
function dayLabel(monday: string, locale: Texts['locale']): string {
  const format = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
  });
  return format.format(new Date(`${monday}T12:00:00Z`));
}

/** Slack takes no name twice. */
function distinct(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${cut(name, MOST_NAME - 3)} ${number}`;
  taken.add(free);
  return free;
}
