import type { RenderContext } from '../src/cards/types.ts';
import type { RolledEscalation, RollModel } from '../src/escalations/load-roll.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import {
  describeLevel,
  describeSeverity,
  describeTitle,
  linkedText,
  mentionTold,
  symbolOfSeverity,
} from './route.ts';

/** Named one by one; a message is read on a telephone, and Home has them all. */
const MOST_NAMED = 12;

/** One level that is told of many escalations at once: its people are mentioned here, once for all of them. */
export function renderRoll(model: RollModel, context_: RenderContext): MessageContent {
  const texts = makeTexts(context_.locale);
  const print =
    context_.previousPermalink === null ? [] : [context(linkTo(context_.previousPermalink, texts))];
  const linkOf = ({ message: place }: RolledEscalation): string => {
    const href = place === null ? null : context_.permalink(place);
    return href === null ? '' : linkedText(href, texts.t('escalations.roll.link'));
  };
  const linesIn = (medium: Medium, link: (one: RolledEscalation) => string): string[] => [
    headline(model, medium),
    ...model.escalations.slice(0, MOST_NAMED).map((one) => joined([lineOf(one, model, medium), link(one)])),
    ...moreLine(model, medium),
  ];
  const blocks = [section(linesIn(markupMedium(texts, model.timeZone), linkOf)), ...print];
  // Links are of no use where words are read aloud.
  return message(
    linesIn(wordsMedium(texts, model.timeZone), () => ''),
    blocks,
  );
}

function headline({ escalations, why, told, route, level }: RollModel, medium: Medium): string {
  const key = why === 'exhausted' ? 'escalations.roll.exhausted' : 'escalations.roll.unanswered';
  return medium.texts.t(key, {
    people: mentionTold(told, route.levels[level - 1], medium),
    count: escalations.length,
    level: describeLevel(route, level, medium),
  });
}

function lineOf({ severity, title, startedAt }: RolledEscalation, { at }: RollModel, medium: Medium): string {
  const { texts } = medium;
  return joined([
    `${symbolOfSeverity(severity)} ${describeSeverity(severity, texts)}`,
    describeTitle(title, medium),
    texts.t('escalations.roll.since', { since: texts.duration(at.getTime() - startedAt.getTime()) }),
  ]);
}

function moreLine({ escalations }: RollModel, { texts }: Medium): string[] {
  const more = escalations.length - MOST_NAMED;
  return more > 0 ? [texts.t('escalations.roll.more', { count: more })] : [];
}
