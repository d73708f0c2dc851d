import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { NagModel } from '../src/exemptions/models.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { actions, button } from './controls.ts';
import {
  backgroundLines,
  describeDeadline,
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

const MOST_LINKS = 3;
const MOST_MENTIONED = 10;

/**
 * One reminder: to the owner with what they can do about it, to whoever leads them, or to those of security who look at
 * what was handed in. Only the newest can be pressed, and only while it is open.
 */
export function renderNag(model: NagModel, { locale, previousPermalink }: RenderContext): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const print = printLines(model, texts);
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const blocks: KnownBlock[] = [section(nagLines(model, markup)), ...buttonBlocks(model, texts)];
  if (print.length > 0) blocks.push(context(print));
  return message(nagLines(model, words), blocks);
}

function nagLines(model: NagModel, medium: Medium): string[] {
  const { exemption } = model;
  const { texts, strong } = medium;
  const isOver = exemption.state === 'closed';
  return [
    strong(joined([nameOf(exemption), describeStanding(model, texts)])),
    strong(describeWhat(exemption, medium)),
    joined([describeRiskAndRoute(exemption, texts), describeDeadline(exemption, texts)]),
    ...(isOver ? [] : backgroundLines(exemption, medium, MOST_LINKS)),
    ...(isOver ? [] : askLines(model, medium)),
  ];
}

/** What is wanted of whoever reads it. */
function askLines(model: NagModel, medium: Medium): string[] {
  const { nag, exemption, closing } = model;
  const { texts } = medium;
  const owner = describeOwner(exemption.ownerId, medium);
  if (nag.audience === 'lead') return [texts.t('exemptions.nag.lead', { owner })];
  if (closing !== null && exemption.state === 'closing') {
    const handedIn = texts.t('exemptions.nag.handed_in', {
      by: mentionUser(closing.submittedBy, medium),
      at: medium.at(closing.submittedAt),
    });
    if (nag.audience === 'owner') return [handedIn];
    return [...mentionLine(model, medium), handedIn, texts.t('exemptions.nag.review', { days: nag.step })];
  }
  if (!model.isCurrent) return [];
  return [...mentionLine(model, medium), texts.t(`exemptions.nag.ask.${exemption.route}`)];
}

function mentionLine({ mentions }: NagModel, medium: Medium): string[] {
  const groups = mentions.groups.filter((id) => /^S[A-Z0-9]+$/.test(id)).map((id) => `<!subteam^${id}>`);
  const people = [...groups, ...mentions.users.map((id) => mentionUser(id, medium))];
  return people.length === 0 ? [] : [people.slice(0, MOST_MENTIONED).join(' ')];
}

function buttonBlocks({ nag, exemption, isCurrent }: NagModel, texts: Texts): KnownBlock[] {
  if (!isCurrent || exemption.state === 'closed') return [];
  const { id } = exemption;
  const details = button('exemptions', 'open', id, texts.t('exemptions.button.open'));
  // Whoever leads them, and those who review, read first: what they decide is on the card, or behind Details.
  if (nag.audience !== 'owner' || exemption.state !== 'open') return [actions([details])];
  return [
    actions([
      button('exemptions', 'close', id, texts.t('exemptions.button.done'), { style: 'primary' }),
      button('exemptions', 'extend', id, texts.t('exemptions.button.extend')),
      button('exemptions', 'reassign', id, texts.t('exemptions.button.not_mine')),
      details,
    ]),
  ];
}

function printLines({ exemption, isCurrent }: NagModel, texts: Texts): string[] {
  if (isCurrent || exemption.state === 'closed') return [];
  return [texts.t(exemption.state === 'closing' ? 'exemptions.nag.waits' : 'exemptions.nag.older')];
}
