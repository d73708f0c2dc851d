import type { KnownBlock, ModalView, StaticSelect } from '@slack/types';
import { exponentOf } from '../src/money.ts';
import type { ListedPayout, PayoutFilter, PayoutListModel } from '../src/payouts/types.ts';
import type { Texts } from '../src/texts.ts';
import { encodePartId } from './actions.ts';
import { actions, button, select, type Choice } from './controls.ts';
import { capitalised, describeClass } from './findings.ts';
import { codePoints, foreignWords } from './foreign.ts';
import { context, joined, section } from './kit.ts';
import type { Medium } from './medium.ts';
import { modal } from './modal.ts';
import { currencyTexts } from './payouts-group.ts';
import {
  describeAmount,
  describeProvider,
  describeReference,
  describeRetryReason,
  describeState,
  payoutMarkup,
} from './payouts-words.ts';
import { pageBlocks } from './pages.ts';

export const PAYOUT_FILTER_BLOCK = 'filter';
/** The value of a filter that lets everything pass. */
const ANY_CHOICE = 'any';
/** State of all that stand still without having failed; no platform has a state of that name. */
export const STUCK = 'stuck';

export const PAYOUT_FILTERS = ['state', 'provider', 'age', 'amount', 'tenant'] as const;
export type PayoutFilterName = (typeof PAYOUT_FILTERS)[number];

/** Minutes, and whole units of the reporting currency, that the menus offer. */
const AGES = [30, 60, 120, 1_440, 4_320] as const;
const AMOUNTS = [10, 100, 1_000, 10_000] as const;

const PAGE_SIZE = 10;
const NAME_LIMIT = 24;
const CHOICE_LIMIT = 60;
/** What others named longer than this is no choice: it would not fit into an option. */
const VALUE_LIMIT = 75;

/** Payouts that are stuck or have failed, ten a page; each filter and page is one click, and what was chosen stays. */
export function renderPayoutList(model: PayoutListModel, texts: Texts, channelId: string | null): ModalView {
  const medium = payoutMarkup(texts, model.timeZone);
  const { filter, page, payouts, count, all } = model;
  const from = (page - 1) * PAGE_SIZE;
  const shown = texts.t('payouts.list.shown', { from: from + 1, to: from + payouts.length, count });
  const isFiltered = all > 0;
  const none = isFiltered
    ? texts.t('payouts.list.none_filtered', { count: all })
    : `✅ ${texts.t('payouts.list.none')}`;
  const blocks: KnownBlock[] = [
    context([
      joined([
        texts.t('payouts.list.read_at', { at: medium.at(model.now) }),
        filter.group === null ? '' : texts.t('payouts.list.of_group'),
      ]),
    ]),
    actions(filterMenus(model, texts), PAYOUT_FILTER_BLOCK),
    section(count === 0 ? [none] : [medium.strong(shown), joined(currencyTexts(model.perCurrency, texts))]),
    ...payouts.map((payout) =>
      section(
        lineOf(payout, model, medium),
        button('payouts', 'open', payout.id, texts.t('payouts.button.details')),
      ),
    ),
    ...pageBlocks(model, { noun: 'payouts', verb: 'page' }, texts),
  ];
  return modal(texts, {
    title: texts.t('payouts.list.title'),
    blocks,
    metadata: { channelId, list: { page, filter } },
  });
}

function filterMenus({ choices, filter, reportingCurrency }: PayoutListModel, texts: Texts): StaticSelect[] {
  const menu = (name: PayoutFilterName, known: readonly Choice[], chosen: string | null): StaticSelect => {
    const all = [{ value: ANY_CHOICE, label: texts.t(`payouts.list.any_${name}`) }, ...known];
    // What was chosen may be on no payout any more: it stays chosen, so that it can be seen and taken away.
    const isThere = chosen === null || all.some(({ value }) => value === chosen);
    const gone =
      isThere || !fits(chosen) ? [] : [{ value: chosen, label: foreignWords(chosen, CHOICE_LIMIT, 'id') }];
    return select(encodePartId('payouts', 'filter', name), [...all.slice(0, 100 - gone.length), ...gone], {
      chosen: chosen ?? ANY_CHOICE,
    });
  };
  const minorIn = 10n ** BigInt(exponentOf(reportingCurrency) ?? 0);
  const whole = (units: number): string =>
    texts.money({ minor: BigInt(units) * minorIn, currency: reportingCurrency });
  const states = [STUCK, ...choices.states.filter((state) => state !== STUCK)];
  return [
    menu(
      'state',
      states.filter(fits).map((value) => ({ value, label: stateLabel(value, texts) })),
      filter.state,
    ),
    menu(
      'provider',
      choices.providers
        .filter(fits)
        .map((value) => ({ value, label: foreignWords(value, CHOICE_LIMIT, 'id') })),
      filter.provider,
    ),
    menu(
      'age',
      AGES.map((minutes) => ({
        value: String(minutes),
        label: texts.t('payouts.list.age_from', { span: texts.duration(minutes * 60_000) }),
      })),
      filter.ageMinutes === null ? null : String(filter.ageMinutes),
    ),
    menu(
      'amount',
      AMOUNTS.map((units) => ({
        value: String(units),
        label: texts.t('payouts.list.amount_from', { amount: whole(units) }),
      })),
      filter.amountFrom === null ? null : String(filter.amountFrom),
    ),
    menu(
      'tenant',
      choices.tenants
        .filter(({ id }) => fits(id))
        .map(({ id, name }) => ({ value: id, label: foreignWords(name, CHOICE_LIMIT, 'id') })),
      filter.tenant,
    ),
  ];
}

function fits(value: string): boolean {
  return value !== '' && codePoints(value).length <= VALUE_LIMIT;
}

function stateLabel(state: string, texts: Texts): string {
  if (state === STUCK) return capitalised(texts.t('payouts.list.stuck'), texts);
  const key = `findings.state.${state}`;
  return texts.has(key) ? capitalised(texts.t(key), texts) : foreignWords(state, CHOICE_LIMIT, 'id');
}

function lineOf(payout: ListedPayout, model: PayoutListModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const span = texts.duration(model.now.getTime() - payout.since.getTime());
  const tenant = model.choices.tenants.find(({ id }) => id === payout.tenantId)?.name ?? payout.tenantId;
  return [
    joined([
      strong(describeClass(payout.class, texts)),
      strong(describeAmount(payout, model.reportingCurrency, texts)),
      describeProvider(payout.provider, medium),
      describeState(payout.paymentState, medium),
      texts.t('payouts.list.since', { span }),
    ]),
    joined([
      describeReference(payout.transactionId, medium),
      medium.account(payout.accountId),
      medium.foreign(tenant, NAME_LIMIT),
      whatIsPossible(payout, medium),
    ]),
  ];
}

function whatIsPossible({ state, underWay, offersRetry, reasons }: ListedPayout, medium: Medium): string {
  const { texts } = medium;
  if (state === 'over') return texts.t('payouts.list.over');
  if (underWay) return `▶️ ${texts.t('payouts.list.under_way')}`;
  if (offersRetry) return `🟢 ${texts.t('payouts.list.retry_safe')}`;
  const [first] = reasons;
  return first === undefined
    ? ''
    : texts.t('payouts.list.reason', { reason: describeRetryReason(first, medium) });
}

/** What the menus show, as a filter; a word that is none of ours lets everything pass. `kept`: what no menu shows. */
export function filterOf(
  chosen: Partial<Record<PayoutFilterName, string>>,
  kept: PayoutFilter,
): PayoutFilter {
  const text = (name: PayoutFilterName, before: string | null): string | null => {
    const value = chosen[name];
    if (value === undefined) return before;
    return value === ANY_CHOICE || !fits(value) ? null : value;
  };
  const number = (name: PayoutFilterName, before: number | null, known: readonly number[]): number | null => {
    const value = chosen[name];
    return value === undefined ? before : (known.find((each) => String(each) === value) ?? null);
  };
  return {
    provider: text('provider', kept.provider),
    state: text('state', kept.state),
    ageMinutes: number('age', kept.ageMinutes, AGES),
    amountFrom: number('amount', kept.amountFrom, AMOUNTS),
    tenant: text('tenant', kept.tenant),
    group: kept.group,
  };
}
