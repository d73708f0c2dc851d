import type { KnownBlock, ModalView } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { RiskHead, RiskItem, RiskListModel, RiskModel, RiskNoticeModel } from '../src/slo/load-risk.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import { context, joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { payoutActions } from './payouts-actions.ts';
import { currencyTexts } from './payouts-group.ts';
import { describeProvider, describeReference, describeState } from './payouts-words.ts';
import { pageBlocks } from './pages.ts';

const PAGE_SIZE = 10;
const NAME_LIMIT = 24;
const TITLE_LIMIT = 80;
/** States in which nobody was asked to pay it yet. */
const BEFORE_PROVIDER: ReadonlySet<string> = new Set(['requested', 'approved']);

/** The living card: what will break its promise, soonest first, with each one's buttons; once it is over, how it ended. */
export function renderRisk(model: RiskModel, { locale, previousPermalink }: RenderContext): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const more = model.count - model.items.length;
  const isOver = model.risk.overAt !== null;
  const print = [texts.t('slo.risk.as_of', { at: markup.at(model.at) })];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const blocks: KnownBlock[] = [
    section(cardLines(model, markup)),
    ...model.items.flatMap((item) => itemBlocks(item, model, markup)),
    ...(more > 0 ? [section([texts.t('slo.risk.more', { count: more, command: '`/slo risk`' })])] : []),
    ...(isOver ? [] : [actions([button('slo', 'risk', '1', texts.t('slo.risk.show_all'))], 'all')]),
    context(print),
  ];
  const told = [
    ...cardLines(model, words),
    ...model.items.map((item) => joined(itemLines(item, model, words))),
  ];
  return message(told, blocks);
}

/** What came to the list since it was told of last: how many, how much, and how soon the first of them breaks. */
export function renderRiskNotice(model: RiskNoticeModel, context_: RenderContext): MessageContent {
  const { previousPermalink } = context_;
  const texts = makeTexts(context_.locale);
  const link =
    model.card === null ? '' : linkText(context_.permalink(model.card), texts.t('slo.risk.to_list'));
  const print = previousPermalink === null ? [] : linkTo(previousPermalink, texts);
  const linesIn = (medium: Medium): string[] => [
    joined([
      `⏳ ${medium.strong(texts.t('slo.risk.notice', { count: model.count }))}`,
      titleOf(model, medium),
    ]),
    texts.t('slo.risk.soonest', {
      at: medium.at(model.soonest),
      span: texts.duration(model.soonest.getTime() - model.at.getTime()),
    }),
    joined(currencyTexts(model.perCurrency, texts)),
  ];
  return message(linesIn(wordsMedium(texts, model.timeZone)), [
    section([...linesIn(markupMedium(texts, model.timeZone)), ...(link === '' ? [] : [link]), ...print]),
    actions([button('slo', 'risk', '1', texts.t('slo.risk.show_all'))], 'all'),
  ]);
}

/** /slo risk: ten a page, as the money is now, or as it was when it answered last. */
export function renderRiskList(model: RiskListModel, texts: Texts): ModalView {
  const medium = markupMedium(texts, model.timeZone);
  const { count, page, items } = model;
  const from = (page - 1) * PAGE_SIZE + 1;
  const shown = texts.t('slo.risk.shown', { from, to: from + items.length - 1, count });
  const none = model.isStale ? `❔ ${texts.t('slo.risk.none_known')}` : `✅ ${texts.t('slo.risk.none')}`;
  const at = medium.at(model.at);
  const blocks: KnownBlock[] = [
    context([texts.t('slo.risk.as_of', { at })]),
    ...(model.isStale ? [section([`⚠️ ${texts.t('slo.risk.stale', { at })}`])] : []),
    section([
      ...(count === 0 ? [none] : [medium.strong(shown), joined(currencyTexts(model.perCurrency, texts))]),
      ...lateLines(model, texts),
    ]),
    ...items.flatMap((item) => itemBlocks(item, model, medium)),
    ...pageBlocks(model, { noun: 'slo', verb: 'risk' }, texts),
  ];
  return modal(texts, { title: texts.t('slo.risk.list.title'), blocks });
}

function cardLines(model: RiskModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { risk, counts } = model;
  const title = titleOf(model, medium);
  const ends = outcomeText(counts, texts);
  if (risk.overAt !== null) {
    const over = texts.t('slo.risk.over', { at: medium.at(risk.overAt) });
    return [
      joined([`${counts.late > 0 ? '🔴' : '✅'} ${strong(over)}`, title]),
      ends,
      ...lateLines(model, texts),
    ];
  }
  return [
    joined([`⏳ ${strong(texts.t('slo.risk.headline', { count: model.count }))}`, title]),
    joined(currencyTexts(model.perCurrency, texts)),
    ...(ends === '' ? [] : [ends]),
    ...lateLines(model, texts),
  ];
}

function titleOf({ promise }: Pick<RiskModel, 'promise'>, medium: Medium): string {
  return medium.foreign(promise.title[medium.texts.locale], TITLE_LIMIT);
}

/** How those that are not on the list any more ended. */
function outcomeText({ paid, late, dropped }: RiskModel['counts'], texts: Texts): string {
  return joined([
    paid > 0 ? texts.t('slo.risk.paid', { count: paid }) : '',
    late > 0 ? texts.t('slo.risk.late', { count: late }) : '',
    dropped > 0 ? texts.t('slo.risk.dropped', { count: dropped }) : '',
  ]);
}

function lateLines({ late }: Pick<RiskHead, 'late'>, texts: Texts): string[] {
  return late === 0 ? [] : [`🔴 ${texts.t('slo.risk.broken', { count: late })}`];
}

/** One payout and its buttons; where it has none, why. */
function itemBlocks(item: RiskItem, { at }: Pick<RiskHead, 'at'>, medium: Medium): KnownBlock[] {
  const { payout } = item;
  const offered = payout === null ? [] : payoutActions(payout, medium.texts, { details: true });
  const lines = itemLines(item, { at }, medium);
  return offered.length > 0
    ? [section(lines), ...offered]
    : [section([...lines, whyNoButton(item, medium.texts)])];
}

function itemLines(item: RiskItem, { at }: Pick<RiskHead, 'at'>, medium: Medium): string[] {
  const { texts, strong } = medium;
  const left = item.breaksAt.getTime() - at.getTime();
  const age = texts.duration(at.getTime() - item.requestedAt.getTime());
  const amount =
    item.amountMinor === null
      ? texts.t('slo.risk.no_amount')
      : texts.money({ minor: item.amountMinor, currency: item.currency });
  const provider =
    item.provider === null ? texts.t('slo.risk.no_provider') : describeProvider(item.provider, medium);
  return [
    joined([
      strong(amount),
      provider,
      describeState(item.paymentState, medium),
      breaksText(item, left, medium),
    ]),
    joined([
      describeReference(item.transactionId, medium),
      medium.account(item.accountId),
      medium.foreign(item.tenantName, NAME_LIMIT),
      texts.t(item.why === 'age' ? 'slo.risk.why_age' : 'slo.risk.why_pace', { age }),
    ]),
  ];
}

function breaksText({ breaksAt }: RiskItem, leftMs: number, { texts, at, strong }: Medium): string {
  const when = at(breaksAt);
  return leftMs > 0
    ? strong(texts.t('slo.risk.breaks', { at: when, span: texts.duration(leftMs) }))
    : strong(texts.t('slo.risk.broke', { at: when }));
}

function whyNoButton({ paymentState, payout }: RiskItem, texts: Texts): string {
  if (payout !== null) return `ℹ️ ${texts.t('slo.risk.no_button_episode')}`;
  if (BEFORE_PROVIDER.has(paymentState)) return `ℹ️ ${texts.t('slo.risk.no_button_waiting')}`;
  return `ℹ️ ${texts.t('slo.risk.no_button_moving')}`;
}
