import type { KnownBlock, ModalView } from '@slack/types';
import type { MessageContent } from '../src/ports.ts';
import type { Standing } from '../src/slo/models.ts';
import type { Texts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import { foreignCode } from './foreign.ts';
import { context, divider, joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { renderNotice } from './notice.ts';
import { putBackButtons } from './slo-left-out.ts';
import { furtherLines, headLine, sparkOf, standingLines } from './slo-words.ts';

/** Promises in one answer; each is two blocks, of which a message has fifty. */
export const MOST_SHOWN = 20;
const NAME_LIMIT = 40;
const HELP = ['all', 'one', 'days', 'risk', 'correct', 'help'] as const;

/** What an answer is drawn from. */
export interface AnswerModel {
  standings: readonly Standing[];
  now: Date;
  timeZone: string;
  /** It can be shown to the channel; not where there is none. */
  canShare: boolean;
}

/** All promises, each with a way to its details. */
export function renderStandings(model: AnswerModel, texts: Texts): MessageContent {
  const { standings, now, timeZone, canShare } = model;
  if (standings.length === 0) return renderNotice('⚪', [texts.t('slo.answer.none')]);
  const medium = markupMedium(texts, timeZone);
  const blocks: KnownBlock[] = standings
    .slice(0, MOST_SHOWN)
    .flatMap((standing) => [
      section(
        standingLines(standing, medium, now),
        button('slo', 'show', standing.slo.name, texts.t('slo.button.details')),
      ),
    ]);
  const hidden = standings.length - MOST_SHOWN;
  if (hidden > 0) blocks.push(context([texts.t('slo.answer.more', { count: hidden })]));
  if (canShare) blocks.push(actions([shareButton('all', texts)]));
  blocks.push(context([texts.t('slo.answer.ask')]));
  return message(allWords(model, texts), blocks);
}

/** The same in words: for notifications and screen readers. */
function allWords({ standings, now, timeZone }: AnswerModel, texts: Texts): string[] {
  const medium = wordsMedium(texts, timeZone);
  return standings.flatMap((standing) => standingLines(standing, medium, now));
}

/** One promise with its trend, who breaks it, and what is left out. */
export function renderStanding(standing: Standing, model: AnswerModel, texts: Texts): MessageContent {
  const blocks = detailBlocks(standing, model, texts);
  const shared = `${standing.slo.name}:${standing.days}`;
  blocks.push(...putBackButtons(standing.leftOut, texts));
  if (model.canShare) blocks.push(actions([shareButton(shared, texts)]));
  return message(oneWords(standing, model, texts), blocks);
}

/** The same as a modal: from a message or Home. */
export function renderStandingModal(standing: Standing, model: AnswerModel, texts: Texts): ModalView {
  const blocks = [...detailBlocks(standing, model, texts), ...putBackButtons(standing.leftOut, texts)];
  return modal(texts, { title: texts.t('slo.title'), blocks });
}

export function detailBlocks(standing: Standing, model: AnswerModel, texts: Texts): KnownBlock[] {
  const medium = markupMedium(texts, model.timeZone);
  const blocks: KnownBlock[] = [section(standingLines(standing, medium, model.now))];
  const trend = trendLines(standing, medium);
  if (trend.length > 0) blocks.push(section(trend));
  blocks.push(divider(), section(furtherLines(standing, medium)));
  const link = linkText(standing.slo.dashboard, texts.t('slo.answer.dashboard'));
  const print = joined([windowWords(standing, texts), link]);
  blocks.push(context([print]));
  return blocks;
}

/** Over which time; a window that nothing is promised over says so. */
function windowWords({ days, slo }: Standing, texts: Texts): string {
  if (days === slo.windowDays) return texts.t('slo.answer.window', { days });
  return texts.t('slo.answer.other_window', { days, own: slo.windowDays });
}

export function oneWords(standing: Standing, { now, timeZone }: AnswerModel, texts: Texts): string[] {
  const medium = wordsMedium(texts, timeZone);
  return [
    ...standingLines(standing, medium, now),
    ...trendLines(standing, medium),
    ...furtherLines(standing, medium),
  ];
}

function trendLines(standing: Standing, { texts, strong }: Medium): string[] {
  if (standing.trend.length === 0) return [];
  return [strong(texts.t('slo.answer.trend', { days: standing.days })), sparkOf(standing)];
}

function shareButton(what: string, texts: Texts) {
  return button('slo', 'share', what, texts.t('slo.button.share'));
}

/** For Home: a line each, with a way to the details. */
export function homeStandings(standings: readonly Standing[], medium: Medium): KnownBlock[] {
  const { texts } = medium;
  return standings.slice(0, MOST_SHOWN).map((standing) =>
    section(
      [headLine(standing, medium), homeLine(standing, texts)].filter((line) => line !== ''),
      button('slo', 'open', standing.slo.name, texts.t('slo.button.details')),
    ),
  );
}

/** What is left, of those whose figures are of now. */
function homeLine({ budgetLeft, noData }: Standing, texts: Texts): string {
  if (budgetLeft === null || noData !== null) return '';
  const share = texts.percent(Math.abs(budgetLeft));
  return texts.t(budgetLeft < 0 ? 'slo.answer.overspent' : 'slo.answer.left', { share });
}

/** What stands behind the command. */
export function renderSloHelp(texts: Texts): MessageContent {
  return renderNotice('📈', [texts.t('slo.help.title'), ...HELP.map((word) => texts.t(`slo.help.${word}`))]);
}

/** No promise of this name; `names` are those there are, the closest first. */
export function renderUnknownSlo(typed: string, names: readonly string[], texts: Texts): MessageContent {
  const list = names.map((name) => foreignCode(name, NAME_LIMIT, 'id')).join(', ');
  const name = foreignCode(typed, NAME_LIMIT, 'id');
  return renderNotice('👋', [texts.t('slo.answer.unknown', { name }), texts.t('slo.answer.names', { list })]);
}
