import type { PromiseFigures, ReportFigures } from './report-types.ts';
import type { ReportWords } from './report-words.ts';
import { nameOfWindow } from './types.ts';

/** One promise: its heading, what there is to say, its seven days. */
export function promiseLines(promise: PromiseFigures, words: ReportWords): string[] {
  const { texts } = words;
  const lines = [
    countLine(promise, words),
    worstLine(promise, words),
    causeLine(promise, words),
    burnLine(promise, words),
    promise.late === null ? '' : texts.t('slo.report.late_payouts', { count: Math.round(promise.late) }),
    promise.undecidedFrom === null
      ? ''
      : texts.t('slo.report.undecided', { at: words.at(promise.undecidedFrom) }),
    promise.gapMinutes > 0 ? `⚪ ${texts.t('slo.report.no_data', { minutes: promise.gapMinutes })}` : '',
    promise.leftOutMinutes > 0 ? texts.t('slo.report.left_out', { minutes: promise.leftOutMinutes }) : '',
    promise.silentSince === null
      ? ''
      : `⚪ ${texts.t('slo.report.silent', { at: words.at(promise.silentSince) })}`,
  ].filter((line) => line !== '');
  const days = promise.days.map(({ day, value, bad }) => [
    texts.day(day),
    words.share(value),
    value === null ? '–' : words.events(bad),
  ]);
  const column = (name: 'day' | 'week' | 'bad') => texts.t(`slo.report.column.${name}`);
  return [
    `### ${words.cell(words.title(promise.slo))}`,
    lines.map((line) => `- ${words.cell(line)}`).join('\n'),
    words.table([column('day'), words.title(promise.slo), column('bad')], days),
  ];
}

function countLine({ slo, bad, valid }: PromiseFigures, words: ReportWords): string {
  if (valid <= 0) return '';
  return words.texts.t(`slo.report.bad.${slo.unit}`, {
    bad: words.events(bad),
    valid: words.texts.count(Math.round(valid)),
  });
}

function worstLine({ worstHour, value }: PromiseFigures, words: ReportWords): string {
  if (worstHour === null) return value === null ? '' : words.texts.t('slo.report.worst_none');
  return words.texts.t('slo.report.worst', {
    at: words.at(worstHour.from),
    bad: words.events(worstHour.bad),
    valid: words.texts.count(Math.round(worstHour.valid)),
    value: words.share(worstHour.value),
  });
}

function causeLine({ contributors }: PromiseFigures, words: ReportWords): string {
  const { texts } = words;
  if (contributors.length === 0) return '';
  const list = contributors.map(({ name, share }) =>
    texts.t('slo.report.cause_share', { name: words.foreign(name), share: texts.percent(share) }),
  );
  return texts.t('slo.report.caused', { list: list.join(', ') });
}

function burnLine({ burn }: PromiseFigures, words: ReportWords): string {
  return words.texts.t('slo.report.burn', {
    hour: words.rate(burn.hour),
    quarter: words.rate(burn.quarter),
    days: words.rate(burn.days),
  });
}

/** The share of good events of up to twelve weeks, a column a promise. */
export function trendTable({ promises }: ReportFigures, words: ReportWords): string {
  const weeks = promises[0]?.trend ?? [];
  return words.table(
    [words.texts.t('slo.report.column.week'), ...promises.map(({ slo }) => words.title(slo))],
    weeks.map(({ week }, index) => [
      week,
      ...promises.map(({ trend }) => words.share(trend[index]?.value ?? null)),
    ]),
  );
}

/** What is left out and what is counted again, each with who approved it. */
export function correctionLines({ corrections }: ReportFigures, words: ReportWords): string[] {
  const { t } = words.texts;
  const people = (ids: readonly string[]) => ids.map((id) => words.foreign(id)).join(', ') || '–';
  return corrections.map((correction) => {
    const facts = {
      window: nameOfWindow(correction),
      name: words.nameOf(correction.slo),
      from: words.at(correction.fromAt),
      to: words.at(correction.toAt),
      cause: t(`slo.report.cause.${correction.cause}`),
    };
    return correction.backAt === null
      ? t('slo.report.correction', {
          ...facts,
          creator: words.foreign(correction.createdBy.replace(/^person:/, '')),
          people: people(correction.approvedBy),
          at: words.at(correction.decidedAt),
        })
      : t('slo.report.put_back', {
          ...facts,
          people: people(correction.backApprovedBy),
          at: words.at(correction.backAt),
        });
  });
}
