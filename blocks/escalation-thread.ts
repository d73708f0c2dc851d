import type { RenderContext } from '../src/cards/types.ts';
import type { HandoverModel, StepModel } from '../src/escalations/load-escalation.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { describeLevel, describeWhom, mentionTold } from './route.ts';

const NOTE_LIMIT = 1_000;

/** One level that is told, in the thread of its escalation: its people are mentioned here, once. */
export function renderStep(model: StepModel, { locale, previousPermalink }: RenderContext): MessageContent {
  const texts = makeTexts(locale);
  const print = previousPermalink === null ? [] : linkTo(previousPermalink, texts);
  const lines = stepLines(model, markupMedium(texts, model.timeZone));
  return message(stepLines(model, wordsMedium(texts, model.timeZone)), [section([...lines, ...print])]);
}

function stepLines({ escalation, step, passedOver }: StepModel, medium: Medium): string[] {
  const { texts } = medium;
  const { route } = escalation;
  const level = route.levels[step.level - 1];
  const isNobody = (step.told?.users.length ?? 0) + (step.told?.groups.length ?? 0) === 0;
  const lines = [
    texts.t(`escalations.step.${step.why}`, {
      people: mentionTold(step.told, level, medium),
      person: mentionUser(escalation.acknowledgedBy ?? '', medium),
      round: step.round,
      level: describeLevel(route, step.level, medium),
    }),
  ];
  if (isNobody) lines.push(texts.t('escalations.nobody_there', { whom: describeWhom(level, medium) }));
  for (const passed of passedOver) {
    const as = passed.passedOver ?? 'paused';
    lines.push(
      texts.t(`escalations.passed_over.${as}`, { level: describeLevel(route, passed.level, medium) }),
    );
  }
  return lines;
}

/** Whoever has it now is mentioned, with what they should know. */
export function renderHandover(
  { handover, timeZone }: HandoverModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const linesIn = (medium: Medium): string[] => [
    texts.t('escalations.handed_over', {
      from: mentionUser(handover.by, medium),
      to: mentionUser(handover.to, medium),
    }),
    ...(handover.note === '' ? [] : [medium.foreign(handover.note, NOTE_LIMIT)]),
  ];
  const print = previousPermalink === null ? [] : linkTo(previousPermalink, texts);
  return message(linesIn(wordsMedium(texts, timeZone)), [
    section([...linesIn(markupMedium(texts, timeZone)), ...print]),
  ]);
}
