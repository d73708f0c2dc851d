import type { ActionsBlock, Button, Overflow, PlainTextOption } from '@slack/types';
import type { PayoutModel } from '../src/payouts/types.ts';
import type { Texts } from '../src/texts.ts';
import { encodeOptionValue, encodeOverflowId, type Verb } from './actions.ts';
import { actions, button } from './controls.ts';
import { requestOverrideButton, requestOverrideOption } from './overrides-button.ts';
import { isOnItsWay } from './payouts-safety.ts';
import { intentValue, recheckButton, retryButton, type Intent } from './payout-buttons.ts';

type Offered = Extract<Verb<'payouts'>, 'retry' | 'recheck' | 'escalate'> | 'override';

/** Buttons that show at once; what else is offered stands in the menu beside them. */
const MOST_BUTTONS = 2;

/**
 * What can be done about one payout: at most two buttons, the rest in the menu. Retry only where it is offered, neither
 * it nor Recheck while something is under way, nothing once it is over. `details`: the menu opens them.
 */
export function payoutActions(
  model: PayoutModel,
  texts: Texts,
  { details }: { details: boolean },
): ActionsBlock[] {
  if (model.payout.state === 'over') return [];
  const offered = decideOffered(model);
  const menu = menuOf(model, texts, [
    ...offered.slice(MOST_BUTTONS),
    ...(details ? (['open'] as const) : []),
  ]);
  const elements = [...offered.slice(0, MOST_BUTTONS).map((verb) => buttonOf(verb, model, texts)), ...menu];
  return elements.length === 0 ? [] : [actions(elements)];
}

function decideOffered(model: PayoutModel): Offered[] {
  const { payout, standing, canRecheck, finding } = model;
  const isFree = standing.open === null;
  return [
    ...(isFree && payout.offersRetry && !isOnItsWay(model) ? (['retry'] as const) : []),
    ...(isFree && canRecheck ? (['recheck'] as const) : []),
    ...(finding !== null && finding.escalation === null ? (['escalate'] as const) : []),
    ...(model.offersOverride && !isOnItsWay(model) ? (['override'] as const) : []),
  ];
}

function intentOf({ payout, standing }: PayoutModel): Intent {
  return { payoutId: payout.id, intentNo: standing.nextIntentNo };
}

function buttonOf(verb: Offered, model: PayoutModel, texts: Texts): Button {
  const { amountMinor, currency, accountId, provider, id } = model.payout;
  switch (verb) {
    case 'retry':
      return retryButton({ ...intentOf(model), amountMinor, currency, accountId, provider }, texts);
    case 'recheck':
      return recheckButton(intentOf(model), texts);
    case 'escalate':
      return button('payouts', 'escalate', id, texts.t('payouts.button.escalate'));
    case 'override':
      return requestOverrideButton(`payout:${id}`, texts);
  }
}

/** Retry is never in it: what asks first, asks by its own button. */
function menuOf(model: PayoutModel, texts: Texts, offered: readonly (Offered | 'open')[]): Overflow[] {
  const options = offered.map((each) => optionOf(each, model, texts));
  return options.length === 0 ? [] : [{ type: 'overflow', action_id: encodeOverflowId('payouts'), options }];
}

function optionOf(offered: Offered | 'open', model: PayoutModel, texts: Texts): PlainTextOption {
  const { id } = model.payout;
  if (offered === 'override') return requestOverrideOption(id, texts);
  const words = texts.t(offered === 'open' ? 'payouts.button.details' : `payouts.button.${offered}`);
  const value = offered === 'recheck' ? intentValue(intentOf(model)) : id;
  return {
    text: { type: 'plain_text', text: words, emoji: false },
    value: encodeOptionValue('payouts', offered, value),
  };
}
