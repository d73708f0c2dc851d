import type { RenderContext } from '../src/cards/types.ts';
import type { ProofModel } from '../src/overrides/load-proof.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { context, header, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

const ID_LIMIT = 64;

/** The message in whose thread the two files of a proof stand; in a direct message. */
export function renderOverrideProof(
  model: ProofModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const { t } = texts;
  const headline = `🧾 ${t('overrides.proof.card.title')}`;
  const what = ({ id, at }: Medium) =>
    t('overrides.proof.card.what', { subject: id(model.subjectId, ID_LIMIT), at: at(model.askedAt) });
  const check = t(model.isSigned ? 'overrides.proof.card.check' : 'overrides.proof.card.unsigned');
  const moved = previousPermalink === null ? [] : linkTo(previousPermalink, texts);
  return message(
    [headline, what(wordsMedium(texts, model.timeZone)), check],
    [header(headline), section([what(markupMedium(texts, model.timeZone))]), context([check, ...moved])],
  );
}
