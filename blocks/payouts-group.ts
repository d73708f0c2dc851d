import type { KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { PayoutGroupModel } from '../src/payouts/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { actions, button } from './controls.ts';
import { nameOfRule, shortId, symbolOfClass } from './findings.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, type Medium } from './medium.ts';
import { ANY, describeProvider, payoutMarkup, payoutWords, type PayoutMedium } from './payouts-words.ts';

const CODE_LIMIT = 60;
const MOST_CURRENCIES = 8;

/** Many payouts of one cause in one message: why, how many, how much, since when, and how many a retry is safe for now. */
export function renderPayoutGroup(model: PayoutGroupModel, context_: RenderContext): MessageContent {
  const texts = makeTexts(context_.locale);
  const markup = payoutMarkup(texts, model.timeZone);
  const { id, rule } = model.group;
  const list = button('payouts', 'list', id, texts.t('payouts.button.show_list'));
  const print = [joined([/^R\d{2}$/.test(rule) ? rule : '', markup.id(shortId(id), 8)])];
  if (context_.previousPermalink !== null) print.push(...linkTo(context_.previousPermalink, texts));
  const blocks: KnownBlock[] = [
    section(groupLines(model, markup)),
    ...(model.group.state === 'over' ? [] : [actions([list])]),
    context(print),
  ];
  return message(groupLines(model, payoutWords(texts, model.timeZone)), blocks);
}

function groupLines(model: PayoutGroupModel, medium: PayoutMedium): string[] {
  const { group, total } = model;
  const { texts, strong, struck } = medium;
  if (group.state === 'over') {
    const at = group.overAt === null ? '' : texts.t('payouts.group.over_at', { at: medium.at(group.overAt) });
    return [
      joined([`✅ ${strong(texts.t('payouts.group.over', { total }))}`, at]),
      struck(texts.t('payouts.group.headline', { count: total })),
      causeText(model, medium),
      countText(model, medium),
    ];
  }
  const headline = texts.t('payouts.group.headline', { count: total });
  return [
    `${model.high > 0 ? symbolOfClass('HIGH') : '🗂️'} ${strong(headline)}`,
    causeText(model, medium),
    countText(model, medium),
    totalsText(model, medium),
    joined([
      texts.t('payouts.group.retry_safe', { count: model.retrySafe }),
      model.underWay > 0 ? texts.t('payouts.group.under_way', { count: model.underWay }) : '',
    ]),
  ];
}

/** Foreign text is cut, escaped and scrubbed; "*" is a cause that is no longer told apart. */
function causeText({ group: { rule, provider, errorCode } }: PayoutGroupModel, medium: Medium): string {
  const { texts } = medium;
  return texts.t('payouts.group.cause', {
    rule: nameOfRule(rule, medium),
    provider: describeProvider(provider, medium),
    error: describeError(errorCode, medium),
  });
}

function describeError(code: string, medium: Medium): string {
  if (code === '') return medium.texts.t('payouts.group.no_error');
  if (code === ANY) return medium.texts.t('payouts.group.any_error');
  return medium.texts.t('payouts.group.error', { code: medium.foreign(code, CODE_LIMIT) });
}

function countText(model: PayoutGroupModel, medium: Medium): string {
  const { texts, strong } = medium;
  const { open, total, paid, high, oldestSince } = model;
  return joined([
    strong(texts.t('payouts.group.count', { open, total })),
    high > 0 ? texts.t('payouts.group.high', { count: high }) : '',
    paid > 0 ? texts.t('payouts.group.paid', { count: paid }) : '',
    oldestSince === null ? '' : texts.t('payouts.group.oldest', { at: medium.at(oldestSince) }),
  ]);
}

function totalsText(model: PayoutGroupModel, { texts }: Medium): string {
  const { perCurrency, reportingMinor, reportingCurrency, withoutRate } = model;
  const isPlain = perCurrency.length === 1 && perCurrency[0]?.currency === reportingCurrency;
  return joined([
    ...currencyTexts(perCurrency, texts),
    isPlain
      ? ''
      : texts.t('payouts.group.reporting', {
          amount: texts.money({ minor: reportingMinor, currency: reportingCurrency }),
        }),
    withoutRate > 0 ? texts.t('payouts.group.without_rate', { count: withoutRate }) : '',
  ]);
}

/** "₺12,500.00 (37)" for each currency; many are counted. */
export function currencyTexts(
  perCurrency: PayoutGroupModel['perCurrency'],
  texts: Medium['texts'],
): string[] {
  const shown = perCurrency
    .slice(0, MOST_CURRENCIES)
    .map(({ currency, amountMinor, count }) =>
      texts.t('payouts.group.total', { amount: texts.money({ minor: amountMinor, currency }), count }),
    );
  const more = perCurrency.length - shown.length;
  return more > 0 ? [...shown, texts.t('payouts.group.more_currencies', { count: more })] : shown;
}
