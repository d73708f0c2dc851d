import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Standing } from '../src/slo/models.ts';
import type { ShareModel } from '../src/slo/share.ts';
import { makeTexts, type Locale, type Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { context, header, message, section } from './kit.ts';
import { linkTo, markupMedium } from './medium.ts';
import { detailBlocks, MOST_SHOWN, oneWords, type AnswerModel } from './slo.ts';
import { sparkOf, standingLines } from './slo-words.ts';

/** An answer that somebody showed to a channel, as it was then, with who did. */
export function renderShare(model: ShareModel, context_: RenderContext): MessageContent {
  return draw(model, context_, true);
}

/** The same where Slack refuses the chart. */
export function renderSharePlain(model: ShareModel, context_: RenderContext): MessageContent {
  return draw(model, context_, false);
}

function draw(
  model: ShareModel,
  { locale, previousPermalink }: RenderContext,
  withChart: boolean,
): MessageContent {
  const texts = makeTexts(locale);
  const medium = markupMedium(texts, model.timeZone);
  const answer: AnswerModel = { ...model, canShare: false };
  const [only] = model.standings;
  const blocks: KnownBlock[] = [header(`📈 ${texts.t('slo.title')}`)];
  if (model.standings.length === 1 && only !== undefined) {
    // The chart takes the place of the line of bars.
    const chart = withChart ? chartOf(only, model.timeZone, texts) : null;
    blocks.push(...detailBlocks(chart === null ? only : { ...only, trend: [] }, answer, texts));
    if (chart !== null) blocks.splice(2, 0, chart as KnownBlock);
  } else
    for (const standing of model.standings.slice(0, MOST_SHOWN))
      blocks.push(
        section(
          [...standingLines(standing, medium, model.now), sparkOf(standing)].filter((line) => line !== ''),
        ),
      );
  const by = describeActor(model.sharedBy, medium);
  const print = [texts.t('slo.share.by', { person: by, at: medium.at(model.now) })];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  blocks.push(context(print));
  const words = model.standings.flatMap((standing) => oneWords(standing, answer, texts));
  return message([texts.t('slo.title'), ...words], blocks);
}

/**
 * Shares of the window's parts in percent, beside the target; null: too little is known for a line.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
function chartOf({ trend, slo }: Standing, timeZone: string, { t, locale }: Texts): object | null {
  const known = trend.filter(({ value }) => value !== null);
  if (known.length < 2) return null;
  const labels = labelsOf(trend, locale, timeZone);
  const data = trend.flatMap(({ value }, index) =>
    value === null ? [] : [{ label: labels[index] ?? '', value: percentOf(value) }],
  );
  const target = labels.map((label) => ({ label, value: percentOf(slo.target) }));
  return {
    type: 'data_visualization',
    title: t('slo.share.chart'),
    chart: {
      type: 'line',
      series: [
        { name: t('slo.share.series'), data },
        { name: t('slo.share.target'), data: target },
      ],
      axis_config: { categories: labels },
    },
  };
}

/** Three decimals of a percent. */
function percentOf(share: number): number {
  return Math.round(share * 100_000) / 1_000;
}

/** Days; with the time where the parts are shorter. At most 20 characters each, and no two the same. */
function labelsOf(trend: Standing['trend'], locale: Locale, timeZone: string): string[] {
  const partMs = (trend[1]?.from.getTime() ?? 0) - (trend[0]?.from.getTime() ?? 0);
  const format = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    ...(partMs >= 86_400_000 ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  });
  return trend.map(({ from }) => format.format(from));
}
