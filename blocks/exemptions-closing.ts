import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { ClosingModel } from '../src/exemptions/models.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { actions, button } from './controls.ts';
import {
  describeDeadline,
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { foreignWords } from './foreign.ts';
import { context, joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

const LINK_LIMIT = 500;
const NOTE_LIMIT = 800;
const REASON_LIMIT = 500;
const SYMBOLS = { waiting: '🔎', accepted: '✅', refused: '↩️', withdrawn: '↩️' } as const;

/** What was handed in as proof, for somebody of security; once it is decided it says by whom, and offers nothing. */
export function renderClosing(
  model: ClosingModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const print = notThese(model, markup);
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const blocks: KnownBlock[] = [
    section([...closingLines(model, markup), ...evidenceLink(model, texts)]),
    actions(buttonsOf(model, texts)),
    ...(print.length > 0 ? [context(print)] : []),
  ];
  return message([...closingLines(model, words), ...notThese(model, words)], blocks);
}

function closingLines(model: ClosingModel, medium: Medium): string[] {
  const { closing, exemption } = model;
  const { texts, strong } = medium;
  const name = nameOf(exemption);
  const isWaiting = closing.state === 'waiting';
  return [
    strong(`${SYMBOLS[closing.state]} ${texts.t(`exemptions.closing.${closing.state}`, { name })}`),
    strong(describeWhat(exemption, medium)),
    joined([
      describeRiskAndRoute(exemption, texts),
      describeDeadline(exemption, texts),
      isWaiting ? describeStanding(model, texts) : '',
    ]),
    ...evidenceLines(model, medium),
    ...(isWaiting ? [texts.t(`exemptions.closing.check.${exemption.route}`)] : [decidedLine(model, medium)]),
    ...(closing.decidedReason === ''
      ? []
      : [
          texts.t('exemptions.closing.reason', {
            words: medium.foreign(closing.decidedReason, REASON_LIMIT),
          }),
        ]),
  ];
}

/** Who says what proves it. A link of somebody's is text to be read, never a link of ours. */
export function evidenceLines({ closing }: Pick<ClosingModel, 'closing'>, medium: Medium): string[] {
  const { texts } = medium;
  return [
    texts.t('exemptions.closing.by', {
      by: mentionUser(closing.submittedBy, medium),
      at: medium.at(closing.submittedAt),
    }),
    texts.t('exemptions.closing.link', { link: medium.id(closing.evidenceLink, LINK_LIMIT) }),
    texts.t('exemptions.closing.note', { words: medium.foreign(closing.evidenceNote, NOTE_LIMIT) }),
  ];
}

/** To what was linked as proof, where it is plainly a link and nothing in it had to be taken out. */
export function evidenceLink({ closing }: Pick<ClosingModel, 'closing'>, texts: Texts): string[] {
  const { evidenceLink: href } = closing;
  if (foreignWords(href, LINK_LIMIT, 'id') !== href) return [];
  const link = linkText(href, texts.t('exemptions.closing.open_link'));
  return link === '' ? [] : [`🔗 ${link}`];
}

function decidedLine({ closing }: ClosingModel, medium: Medium): string {
  return medium.texts.t('exemptions.closing.decided', {
    by: mentionUser(closing.decidedBy ?? '', medium),
    at: medium.at(closing.decidedAt ?? closing.submittedAt),
  });
}

/** Whoever holds it, stands in or handed it in reviews nothing: said before they try. */
function notThese({ closing, exemption }: ClosingModel, medium: Medium): string[] {
  if (closing.state !== 'waiting') return [];
  const { texts } = medium;
  const owner = describeOwner(exemption.ownerId, medium);
  const submitter = mentionUser(closing.submittedBy, medium);
  const deputy = exemption.deputyId === null ? '' : describeOwner(exemption.deputyId, medium);
  const people = [...new Set([owner, deputy, submitter])].filter((each) => each !== '');
  return [texts.t('exemptions.closing.not_these', { people: people.join(', ') })];
}

function buttonsOf({ closing, exemption }: ClosingModel, texts: Texts) {
  const details = button('exemptions', 'open', exemption.id, texts.t('exemptions.button.open'));
  return closing.state === 'waiting'
    ? [...reviewButtons(closing.id, nameOf(exemption), texts), details]
    : [details];
}

/** Accept, asked twice, and Refuse, which wants a reason. */
export function reviewButtons(closingId: string, name: string, texts: Texts) {
  const confirm = {
    title: texts.t('exemptions.accept.title', { name }),
    text: texts.t('exemptions.accept.text'),
    yes: texts.t('exemptions.accept.yes'),
    no: texts.t('exemptions.accept.no'),
  };
  return [
    button('exemptions', 'accept', closingId, texts.t('exemptions.button.accept'), {
      style: 'primary',
      confirm,
    }),
    button('exemptions', 'refuse', closingId, texts.t('exemptions.button.refuse')),
  ];
}
