import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { ReportModel } from '../src/slo/load-report.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { actionBlocks, addActionButton, describeAction } from './action-items.ts';
import { context, divider, header, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { hasTrend, trendChart, trendLines } from './slo-report-chart.ts';
import { breachLines, burnLines, correctionLines, promiseLines, webhookLine } from './slo-report-words.ts';

/** A message has fifty blocks, and a promise is one; the file has them all. */
const MOST_PROMISES = 12;
/** Lines of one list; the file has them all. */
const MOST_LINES = 8;

/** The weekly report: last time's actions first, each promise, the trend as Slack's own chart, what happened. Issue 7. */
export function renderReport(model: ReportModel, context_: RenderContext): MessageContent {
  return draw(model, context_, (texts) => trendChart(model.figures, texts));
}

/** The same where Slack refuses the chart: the trend as bars of text. */
export function renderReportPlain(model: ReportModel, context_: RenderContext): MessageContent {
  const { zone } = model.figures;
  return draw(model, context_, (texts) => section(trendLines(model.figures, markupMedium(texts, zone))));
}

function draw(
  model: ReportModel,
  { locale, previousPermalink }: RenderContext,
  trendOf: (texts: Texts) => object,
): MessageContent {
  const texts = makeTexts(locale);
  const { figures, actions } = model;
  const medium = markupMedium(texts, figures.zone);
  const today = figures.madeOn;
  const title = texts.t('slo.report.title', { week: figures.week });
  const blocks: object[] = [header(`📈 ${title}`), section(keptLines(model, medium))];
  blocks.push(...actionBlocks(actions.earlier, medium, today), divider());
  const shown = figures.promises.slice(0, MOST_PROMISES);
  blocks.push(...shown.map((promise) => section(promiseLines(promise, medium))));
  const rest = figures.promises.length - shown.length;
  if (rest > 0) blocks.push(context([texts.t('slo.report.more', { count: rest })]));
  if (figures.promises.length === 0) blocks.push(section([texts.t('slo.report.no_promises')]));
  if (hasTrend(figures)) blocks.push(trendOf(texts), context([texts.t('slo.report.chart_note')]));
  blocks.push(...happenings(model, medium).map((lines) => section(lines)));
  if (actions.fresh.length > 0) {
    blocks.push(divider(), section([medium.strong(texts.t('slo.report.fresh'))]));
    blocks.push(...actionBlocks(actions.fresh, medium, today));
  }
  const source = { kind: 'slo_report', id: model.id };
  blocks.push({ type: 'actions', elements: [addActionButton(texts, source)] });
  blocks.push(context(printOf(model, medium)));
  if (previousPermalink !== null) {
    const print = linkTo(previousPermalink, texts);
    if (print.length > 0) blocks.push(context(print));
  }
  return message([title, ...wordsOf(model, texts)], blocks as KnownBlock[]);
}

function wordsOf(model: ReportModel, texts: Texts): string[] {
  const { figures, actions } = model;
  const medium = wordsMedium(texts, figures.zone);
  const today = figures.madeOn;
  return [
    ...keptLines(model, medium),
    ...actions.earlier.flatMap((line) => describeAction(line, medium, today)),
    ...figures.promises.flatMap((promise) => promiseLines(promise, medium)),
    ...happenings(model, medium).flat(),
    ...actions.fresh.flatMap((line) => describeAction(line, medium, today)),
    ...printOf(model, medium),
  ];
}

function keptLines({ figures, actions }: ReportModel, { texts, strong }: Medium): string[] {
  const { inTime, judged, gaps } = figures.actions.figures;
  const lines = [strong(texts.t('slo.report.actions'))];
  if (actions.earlier.length === 0) lines.push(texts.t('slo.report.actions_none'));
  if (judged > 0) {
    const share = texts.percent(inTime / judged);
    lines.push(texts.t('slo.report.in_time', { inTime, judged, share }));
  }
  if (gaps > 0) lines.push(`⚠️ ${texts.t('slo.report.action_gaps', { count: gaps })}`);
  if (actions.more > 0) lines.push(texts.t('slo.report.more_actions', { count: actions.more }));
  return lines;
}

/** Burns, broken promises and corrections, a list each with its heading, and the wrong signatures. */
function happenings({ figures, later }: ReportModel, medium: Medium): string[][] {
  const { texts, strong } = medium;
  const list = (
    name: 'burns' | 'breaches' | 'corrections' | 'corrections_later',
    lines: readonly string[],
  ): string[] => {
    const more = lines.length - MOST_LINES;
    return [
      strong(texts.t(`slo.report.${name}`)),
      ...lines.slice(0, MOST_LINES),
      ...(more > 0 ? [texts.t('slo.report.more', { count: more })] : []),
    ];
  };
  return [
    list('burns', burnLines(figures, medium)),
    list('breaches', breachLines(figures, medium)),
    list('corrections', correctionLines(figures, medium)),
    ...(later.length === 0 ? [] : [list('corrections_later', correctionLines(figures, medium, later))]),
    [webhookLine(figures, texts)],
  ];
}

/** What it covers, and when it was made; late ones say so. */
function printOf({ figures }: ReportModel, medium: Medium): string[] {
  const { t } = medium.texts;
  const { from, to, hours, dueAt, madeAt, isLate } = figures;
  const at = medium.at(new Date(madeAt));
  const period = { from: medium.at(new Date(from)), to: medium.at(new Date(to)), hours };
  return [
    t('slo.report.period', period),
    isLate && dueAt !== null
      ? `⏰ ${t('slo.report.late', { due: medium.at(new Date(dueAt)), at })}`
      : t('slo.report.made', { at }),
    t('slo.report.file'),
  ];
}
