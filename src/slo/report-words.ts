import { cell, table } from '../overrides/markdown.ts';
import type { Texts } from '../texts.ts';
import type { Health } from './models.ts';
import type { PromiseFigures, ReportFigures } from './report-types.ts';

const MOST_FOREIGN_CHARACTERS = 240;
const SYMBOLS: Readonly<Record<Health, string>> = { met: '✅', at_risk: '⚠️', broken: '❌', no_data: '⚪' };

/** How the page of one report says things. Every line goes through `cell`, so that nothing in it is markup. */
export interface ReportWords {
  texts: Texts;
  cell(text: string): string;
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
  /** An ISO instant in the business zone. */
  at(iso: string): string;
  /** With as many decimals as tell 99.9 from 99.95; NO DATA where there is none. */
  share(share: number | null): string;
  /** A difference of shares, in percentage points. */
  points(change: number | null): string;
  /** Whole events; a fraction of one is one. */
  events(count: number): string;
  rate(rate: number | null): string;
  title(slo: PromiseFigures['slo']): string;
  /** Of a promise by its name; one that is defined no more keeps its name. */
  nameOf(slo: string): string;
  /** What others wrote, as one line of a bounded length. */
  foreign(text: string): string;
  symbol(health: Health): string;
}

/** The words of one report, in one language. */
export function makeReportWords(texts: Texts, { zone, promises }: ReportFigures): ReportWords {
  const titles = new Map(promises.map(({ slo }) => [slo.name, slo.title[texts.locale]]));
  const foreign = (text: string): string =>
    text
      .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
      .slice(0, MOST_FOREIGN_CHARACTERS)
      .replace(/[\uD800-\uDBFF]$/, '');
  return {
    texts,
    cell,
    table,
    at: (iso) => texts.instant(new Date(iso), zone),
    share: (share) =>
      share === null ? texts.t('slo.report.health.no_data') : texts.t('slo.report.share', { share }),
    points: (change) => (change === null ? '–' : texts.t('slo.report.points', { points: change * 100 })),
    events: (count) => texts.count(count > 0 ? Math.max(1, Math.round(count)) : 0),
    rate: (rate) => (rate === null ? '–' : texts.t('slo.report.rate', { rate })),
    title: (slo) => foreign(slo.title[texts.locale]),
    nameOf: (slo) => foreign(titles.get(slo) ?? slo),
    foreign,
    symbol: (health) => SYMBOLS[health],
  };
}
