import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { BurnModel } from '../src/slo/load-burn.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import { foreignWords } from './foreign.ts';
import { context, header, joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { burnChart, burnSpark, hasChart } from './slo-burn-chart.ts';
import { answerLine, figureLines, historyLine, stateLines } from './slo-burn-words.ts';

const NAME_LIMIT = 80;

/** One episode from opening to recovery: how fast it burns, what is left, who has it, and the error ratio as Slack's own chart. */
export function renderBurn(model: BurnModel, context_: RenderContext): MessageContent {
  return draw(model, context_, (texts) => burnChart(model, texts));
}

/** The same where Slack refuses the chart: the error ratio as a line of bars. */
export function renderBurnPlain(model: BurnModel, context_: RenderContext): MessageContent {
  return draw(model, context_, (texts) => section(burnSpark(model, texts)));
}

function draw(
  model: BurnModel,
  { locale, previousPermalink }: RenderContext,
  chartOf: (texts: Texts) => object,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const name = model.slo.title[locale];
  const blocks: object[] = [
    header(titleOf(model, texts, foreignWords(name, NAME_LIMIT))),
    section(linesOf(model, markup)),
  ];
  if (hasChart(model)) blocks.push(chartOf(texts));
  blocks.push(actions(buttonsOf(model, texts)), context(printOf(model, markup)));
  if (previousPermalink !== null) blocks.push(context(linkTo(previousPermalink, texts)));
  return message(
    [titleOf(model, texts, words.foreign(name, NAME_LIMIT)), ...linesOf(model, words)],
    blocks as KnownBlock[],
  );
}

/** What a glance has to tell: does somebody have to come, can it wait, is it over? */
function titleOf({ episode }: BurnModel, texts: Texts, name: string): string {
  if (episode.state === 'recovered') return `✅ ${texts.t('slo.burn.title.recovered', { name })}`;
  const symbol = episode.level === 'page' ? '🔥' : '⚠️';
  return `${symbol} ${texts.t(`slo.burn.title.${episode.level}`, { name })}`;
}

function linesOf(model: BurnModel, medium: Medium): string[] {
  return [...figureLines(model, medium), ...stateLines(model, medium), answerLine(model, medium)];
}

/** Who has it cannot take it again, and nobody takes what is over. */
function buttonsOf({ episode, answered, slo }: BurnModel, { t }: Texts) {
  const open = button('slo', 'open', slo.name, t('slo.burn.button.open'));
  if (answered !== null || episode.state === 'recovered') return [open];
  return [
    button('slo', 'acknowledge', episode.id, t('slo.burn.button.acknowledge'), { style: 'primary' }),
    open,
  ];
}

function printOf(model: BurnModel, medium: Medium): string[] {
  const { texts } = medium;
  const { dataUntil, episode, slo } = model;
  const known =
    episode.state === 'burning' && dataUntil !== null
      ? texts.t('slo.burn.data_until', { at: medium.at(dataUntil) })
      : '';
  const link = linkText(slo.dashboard, texts.t('slo.burn.dashboard'));
  return [historyLine(model, medium), joined([known, link])].filter((line) => line !== '');
}
