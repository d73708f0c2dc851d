import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { ReviewModel } from '../src/exemptions/load-review.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { actionBlocks, addActionButton, describeAction } from './action-items.ts';
import { context, divider, fields, header, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

const NAME_LIMIT = 80;
const BAR_LIMIT = 20;
/** As the figures count them; labels of an axis have at most 20 characters. */
const AGE_LABELS = ['0–7', '8–14', '15–21', '22–30', '> 30'] as const;

/** The security review: last time's actions first, then the figures, the ages as Slack's own chart. Domain section 1. */
export function renderReview(model: ReviewModel, context_: RenderContext): MessageContent {
  return draw(model, context_, (texts) => chartOf(model, texts));
}

/** The same where Slack refuses the chart: the ages as bars of text. */
export function renderReviewPlain(model: ReviewModel, context_: RenderContext): MessageContent {
  return draw(model, context_, (texts) => section(barsOf(model, texts, (text) => `*${text}*`)));
}

function draw(
  model: ReviewModel,
  { locale, previousPermalink }: RenderContext,
  agesOf: (texts: Texts) => object,
): MessageContent {
  const texts = makeTexts(locale);
  const medium = markupMedium(texts, model.timeZone);
  const { review, actions } = model;
  const title = texts.t('exemptions.review.title', { day: texts.day(review.day) });
  const blocks: object[] = [header(`🔐 ${title}`), section(keptLines(model, medium))];
  blocks.push(...actionBlocks(actions.earlier, medium, review.day), divider());
  blocks.push(fields(figuresOf(model, medium)), section(aboutAges(model, medium)));
  if (review.figures.open > 0) blocks.push(agesOf(texts));
  if (actions.fresh.length > 0) {
    blocks.push(divider(), section([medium.strong(texts.t('exemptions.review.fresh'))]));
    blocks.push(...actionBlocks(actions.fresh, medium, review.day));
  }
  const source = { kind: 'exemption_review', id: review.id };
  blocks.push({ type: 'actions', elements: [addActionButton(texts, source)] });
  const print = [
    ...(actions.more > 0 ? [texts.t('exemptions.review.more', { count: actions.more })] : []),
    ...(previousPermalink === null ? [] : linkTo(previousPermalink, texts)),
  ];
  if (print.length > 0) blocks.push(context(print));
  return message([title, ...wordsOf(model, texts)], blocks as KnownBlock[]);
}

function wordsOf(model: ReviewModel, texts: Texts): string[] {
  const medium = wordsMedium(texts, model.timeZone);
  const { actions, review } = model;
  return [
    ...keptLines(model, medium),
    ...actions.earlier.flatMap((line) => describeAction(line, medium, review.day)),
    ...figuresOf(model, medium).map(([name = '', value = '']) => `${name}: ${value}`),
    ...aboutAges(model, medium),
    ...(review.figures.open > 0 ? barsOf(model, texts, (text) => text) : []),
    ...actions.fresh.flatMap((line) => describeAction(line, medium, review.day)),
  ];
}

function keptLines({ review, actions }: ReviewModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { inTime, judged, gaps } = review.figures.actions;
  const lines = [strong(texts.t('exemptions.review.actions'))];
  if (actions.earlier.length === 0) lines.push(texts.t('exemptions.review.no_actions'));
  if (judged > 0) {
    const share = texts.percent(inTime / judged);
    lines.push(texts.t('exemptions.review.in_time', { inTime, judged, share }));
  }
  if (gaps > 0) lines.push(texts.t('exemptions.review.gaps', { count: gaps }));
  return lines;
}

function figuresOf({ review: { figures } }: ReviewModel, { texts, strong }: Medium): string[][] {
  const names = ['open', 'due', 'overdue', 'closed', 'extended', 'breaches'] as const;
  return names.map((name) => {
    const mark = figures[name] > 0 && (name === 'overdue' || name === 'breaches') ? '⚠️ ' : '';
    return [strong(texts.t(`exemptions.review.figure.${name}`)), `${mark}${texts.count(figures[name])}`];
  });
}

function aboutAges({ review: { figures } }: ReviewModel, medium: Medium): string[] {
  const { texts } = medium;
  const { since, closing, medianAgeDays, oldest } = figures;
  const lines = [
    since === null
      ? texts.t('exemptions.review.since_ever')
      : texts.t('exemptions.review.since', { day: texts.day(since) }),
  ];
  if (closing > 0) lines.push(texts.t('exemptions.review.closing', { count: closing }));
  if (oldest === null || medianAgeDays === null) return [...lines, texts.t('exemptions.review.none_open')];
  lines.push(texts.t('exemptions.review.median', { days: medianAgeDays }));
  const title = medium.foreign(oldest.title, NAME_LIMIT);
  lines.push(texts.t('exemptions.review.oldest', { name: oldest.name, title, days: oldest.ageDays }));
  return lines;
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
function chartOf({ review: { figures } }: ReviewModel, { t }: Texts): object {
  const data = AGE_LABELS.map((label, index) => ({ label, value: figures.ages[index] ?? 0 }));
  return {
    type: 'data_visualization',
    title: t('exemptions.review.ages'),
    chart: {
      type: 'bar',
      series: [{ name: t('exemptions.review.series'), data }],
      axis_config: { categories: [...AGE_LABELS], x_label: t('exemptions.review.days') },
    },
  };
}

/** A line a group: how old, a bar in proportion, how many. */
function barsOf(
  { review: { figures } }: ReviewModel,
  texts: Texts,
  strong: (text: string) => string,
): string[] {
  const most = Math.max(1, ...figures.ages);
  const bars = AGE_LABELS.map((label, index) => {
    const count = figures.ages[index] ?? 0;
    const length = count === 0 ? 0 : Math.max(1, Math.round((count / most) * BAR_LIMIT));
    // The label stands in words and markup alike, where a bare > is Slack's own character.
    const age = texts.t('exemptions.review.bucket', { label: label.replace('>', '&gt;') });
    return `${age} ${'█'.repeat(length)} ${texts.count(count)}`.replace('  ', ' ');
  });
  return [strong(texts.t('exemptions.review.ages')), ...bars];
}
