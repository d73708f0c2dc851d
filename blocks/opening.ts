import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { OpeningModel } from '../src/reconciliation/types.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { actions, button } from './controls.ts';
import { context, header, joined, message, section } from './kit.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';
import {
  findingBlocks,
  findingWords,
  occasion,
  smallPrint,
  WORST_LIMIT,
  type Permalink,
} from './reconciliation.ts';
import { riskLines } from './risk.ts';

/**
 * The opening balance, once: breaks older than the start of reconciliation, as one card that two people take over. Of
 * the model it shows the opening totals, and as `worst` the worst of the opening balance.
 */
export function renderOpening(model: OpeningModel, renderContext: RenderContext): MessageContent {
  const { locale, previousPermalink } = renderContext;
  const permalink: Permalink = (place) => renderContext.permalink(place);
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const { totals } = model;
  const headline = `📌 ${texts.t('reconciliation.headline.opening', { count: totals?.opening.count ?? 0 })}`;
  const risk = totals === null ? [] : riskLines(totals.opening, model.reportingCurrency, texts);
  const explained = texts.t('reconciliation.opening_explained');
  const more = model.more > 0 ? [texts.t('reconciliation.more', { count: model.more })] : [];
  const adoption = adoptionLines(model, markup);
  const blocks: KnownBlock[] = [
    header(headline),
    context([joined(occasion(model, markup))]),
    section([explained, ...risk]),
    ...(adoption.length > 0 ? [section(adoption)] : []),
    ...adoptButtons(model, texts),
    ...findingBlocks(model.worst.slice(0, WORST_LIMIT), model, markup, permalink),
    ...more.map((line) => context([line])),
    context(smallPrint(model, markup, previousPermalink)),
  ];
  return message(
    [
      headline,
      joined(occasion(model, words)),
      explained,
      ...risk,
      ...adoptionLines(model, words),
      ...findingWords(model, words),
      ...more,
    ],
    blocks,
  );
}

/** Who takes it over, and whose vote is still missing. */
function adoptionLines({ adoption }: OpeningModel, medium: Medium): string[] {
  const { texts } = medium;
  const { waiting, first, last } = adoption;
  const lines: string[] = [];
  if (last !== null) {
    const [one, other] = last.by.map((actor) => describeActor(actor, medium));
    const by = { one: one ?? '–', other: other ?? '–' };
    lines.push(
      `🤝 ${texts.t('findings.adoption.adopted', { ...by, count: last.count, at: medium.at(last.at) })}`,
    );
  }
  if (waiting > 0 && first !== null) {
    const by = describeActor(first.by, medium);
    lines.push(`🗳️ ${texts.t('findings.adoption.first', { by, count: waiting, at: medium.at(first.at) })}`);
  } else if (waiting > 0) lines.push(`🗳️ ${texts.t('findings.adoption.waiting', { count: waiting })}`);
  return lines;
}

/** The vote means the set that is shown; with nothing to take over there is no button. */
function adoptButtons({ adoption }: OpeningModel, texts: Texts): KnownBlock[] {
  if (adoption.set === null) return [];
  const confirm = {
    title: texts.t('findings.adoption.confirm_title'),
    text: texts.t('findings.adoption.confirm_text', { count: adoption.waiting }),
    yes: texts.t('findings.adoption.button'),
    no: texts.t('findings.acceptance.confirm_no'),
  };
  return [
    actions([button('findings', 'adopt', adoption.set, texts.t('findings.adoption.button'), { confirm })]),
  ];
}
