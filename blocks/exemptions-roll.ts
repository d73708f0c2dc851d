import type { RenderContext } from '../src/cards/types.ts';
import type { ExemptionLine, RollModel } from '../src/exemptions/models.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import {
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { context, header, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

/** Each of a line's foreign texts: twenty lines fit into a message. */
const WORD_LIMIT = 40;

/** Everything that is overdue on one day, in one message. */
export function renderExemptionRoll(
  model: RollModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const count = model.lines.length + model.more;
  const title =
    count === 0
      ? `✅ ${texts.t('exemptions.roll.none')}`
      : `‼️ ${texts.t('exemptions.roll.title', { count })}`;
  const print = [texts.t('exemptions.roll.day', { day: texts.day(model.day) })];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const lines = rollLines(model, markup);
  return message(
    [title, ...rollLines(model, words), print[0]!],
    [
      header(title),
      ...(lines.length === 0 ? [] : [section(lines)]),
      actions([button('exemptions', 'list', 'overdue', texts.t('exemptions.button.list_overdue'))]),
      context(print),
    ],
  );
}

function rollLines({ lines, more }: RollModel, medium: Medium): string[] {
  return [
    ...lines.map((line) => rollLine(line, medium)),
    ...(more > 0 ? [medium.texts.t('exemptions.roll.more', { count: more })] : []),
  ];
}

function rollLine(line: ExemptionLine, medium: Medium): string {
  const { exemption } = line;
  const { texts, strong } = medium;
  return `• ${joined([
    strong(nameOf(exemption)),
    describeWhat(exemption, medium, WORD_LIMIT),
    describeRiskAndRoute(exemption, texts),
    describeOwner(exemption.ownerId, medium),
    describeStanding(line, texts),
  ])}`;
}
