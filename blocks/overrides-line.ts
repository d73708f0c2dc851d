import type { RenderContext } from '../src/cards/types.ts';
import type { OverrideModel } from '../src/overrides/models.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { describeStake, describeSubject } from './overrides-about.ts';
import { describeProgress } from './overrides-votes.ts';
import { describeChoice, describeQuorumShortly, describeStanding } from './overrides-words.ts';

/** One request in #finance-approvals: where it stands, and the way to its card, which may be in another channel's thread. */
export function renderOverrideLine(model: OverrideModel, context: RenderContext): MessageContent {
  const { locale, previousPermalink } = context;
  const texts = makeTexts(locale);
  const link = model.message === null ? null : context.permalink(model.message);
  const markup = linesOf(model, link, markupMedium(texts, model.timeZone));
  const words = linesOf(model, null, wordsMedium(texts, model.timeZone));
  const before = previousPermalink === null ? [] : linkTo(previousPermalink, texts);
  return message(words, [section([...markup, ...before])]);
}

function linesOf(model: OverrideModel, link: string | null, medium: Medium): string[] {
  const { override, version } = model;
  const { texts, strong } = medium;
  const isOpen = override.state === 'open';
  const head = joined([
    strong(describeStanding(model, texts)),
    describeChoice(override, medium),
    strong(describeStake(model, medium)),
  ]);
  const about = joined([
    describeSubject(model, medium),
    texts.t('overrides.line.by', { by: describeActor(override.requestedBy, medium) }),
    isOpen ? describeQuorumShortly(version.quorum, texts) : '',
    describeProgress(model, texts),
    isOpen ? texts.t('overrides.expires', { at: medium.at(version.expiresAt) }) : '',
    wayTo(model, link, medium),
  ]);
  return [head, about];
}

/** By a link where it is elsewhere; asked for by command, it stands in the thread of this very line. */
function wayTo(
  { message: place, origin, override }: OverrideModel,
  link: string | null,
  medium: Medium,
): string {
  const { texts } = medium;
  if (place === null) return texts.t('overrides.line.coming');
  if (origin === null) return `🧵 ${texts.t('overrides.line.here')}`;
  return linkText(link, texts.t(override.state === 'open' ? 'overrides.line.link' : 'overrides.line.see'));
}
