import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { OverrideModel } from '../src/overrides/models.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { context, fields, header, joined, message, section } from './kit.ts';
import { linkTo, type Medium } from './medium.ts';
import { overrideButtons } from './overrides-button.ts';
import { overrideMarkup, overrideWords } from './overrides-evidence.ts';
import { evidenceLines, overrideFields, proofLines, whatLines, whyLines } from './overrides-facts.ts';
import { outcomeLines } from './overrides-outcome.ts';
import { approverLines, voteLines } from './overrides-votes.ts';
import { describeStanding } from './overrides-words.ts';

/** The platform allows three; Details show what others allow. */
const MOST_ATTEMPTS = 3;
const MOST_EVIDENCE = 8;
const HASH_LENGTH = 12;

/**
 * One request to do by hand what no button does: what, on which facts, why, who decides by which rule, how far it is, and
 * what has become of it. Its buttons go with the decision.
 */
export function renderOverride(
  model: OverrideModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = overrideMarkup(texts, model.timeZone);
  const words = overrideWords(texts, model.timeZone);
  const headline = describeStanding(model, texts);
  const attempts = { most: MOST_ATTEMPTS, references: false };
  const { facts } = model.version;
  const outcome = outcomeLines(model, markup);
  const print = [smallPrint(model, markup)];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const blocks: KnownBlock[] = [
    header(headline),
    section(whatLines(model, markup)),
    ...(outcome.length > 0 ? [section(outcome)] : []),
    fields(overrideFields(model, markup)),
    section(proofLines(facts, markup, attempts)),
    section(whyLines(model, markup)),
    section(evidenceLines(model, markup, MOST_EVIDENCE)),
    section(approverLines(model, markup)),
    section(voteLines(model, markup)),
    overrideButtons(model, texts),
    context(print),
  ];
  const said = [
    headline,
    ...whatLines(model, words),
    ...outcomeLines(model, words),
    ...overrideFields(model, words).map((fact) => fact.join(': ')),
    ...voteLines(model, words),
    ...approverLines(model, words),
    ...proofLines(facts, words, attempts),
    ...whyLines(model, words),
    ...evidenceLines(model, words, MOST_EVIDENCE),
    smallPrint(model, words),
  ];
  return message(said, blocks);
}

/** Until when, that words are no votes, and what a vote is bound to. */
function smallPrint({ override, version }: OverrideModel, medium: Medium): string {
  const { texts } = medium;
  const isOpen = override.state === 'open';
  const mayExpire = isOpen || override.state === 'approved';
  return joined([
    mayExpire ? texts.t('overrides.expires', { at: medium.at(version.expiresAt) }) : '',
    isOpen ? texts.t('overrides.no_words') : '',
    texts.t('overrides.bound', {
      hash: medium.foreign(version.requestHash.slice(0, HASH_LENGTH), HASH_LENGTH),
      version: version.version,
    }),
  ]);
}
