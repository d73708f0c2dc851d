import type { ActionsBlock, Button, Overflow, PlainTextOption } from '@slack/types';
import type { OverrideModel } from '../src/overrides/models.ts';
import type { OverrideState } from '../src/overrides/types.ts';
import type { Texts } from '../src/texts.ts';
import { encodeOptionValue, encodeOverflowId } from './actions.ts';
import { actions, button, type Confirmation } from './controls.ts';
import { foreignWords, maskAccount } from './foreign.ts';

const ACCOUNT_LIMIT = 8;
const WORD_LIMIT = 40;

/** What may still be taken back: nothing of it was sent. */
const CANCELABLE: ReadonlySet<OverrideState> = new Set(['open', 'void', 'approved']);

/** What a request is asked from: "payout:<id>" or "finding:<id>". */
export type AskedFromValue = `payout:${string}` | `finding:${string}`;

/** "Request override" for the menu of a payout's card. */
export function requestOverrideOption(payoutId: string, texts: Texts): PlainTextOption {
  return optionOf('request', `payout:${payoutId}`, texts);
}

/** The same as a button of its own. */
export function requestOverrideButton(from: AskedFromValue, texts: Texts): Button {
  return button('overrides', 'request', from, texts.t('overrides.button.request'));
}

/** "<override>:<version>": what a press is taken for is what its card showed. */
function versionedValue({ override, version }: Pick<OverrideModel, 'override' | 'version'>): string {
  return `${override.id}:${version.version}`;
}

/** Two decisions while it is open, the way on where it is void; taking back, proof and details stand in the menu. */
export function overrideButtons(model: OverrideModel, texts: Texts): ActionsBlock {
  return actions([...decisionButtons(model, texts), menuOf(model, texts)]);
}

function decisionButtons(model: OverrideModel, texts: Texts): Button[] {
  const value = versionedValue(model);
  switch (model.override.state) {
    case 'open':
      return [
        button('overrides', 'approve', value, texts.t('overrides.button.approve'), {
          style: 'primary',
          confirm: approveQuestion(model, texts),
        }),
        // It asks for the reason, so it needs no question before.
        button('overrides', 'reject', value, texts.t('overrides.button.reject'), { style: 'danger' }),
      ];
    case 'void':
      return [button('overrides', 'renew', value, texts.t('overrides.button.renew'), { style: 'primary' })];
    case 'approved':
    case 'executing':
    case 'executed':
    case 'failed':
    case 'rejected':
    case 'expired':
    case 'canceled':
      return [];
  }
}

/**
 * Names action, amount and account, or which stretch of time; where nobody knows whose it is, that whoever approves has no
 * interest.
 */
function approveQuestion(model: OverrideModel, texts: Texts): Confirmation {
  const { target } = model.override;
  const key = `overrides.target.${target}`;
  const action = texts.has(key) ? texts.t(key) : foreignWords(target, WORD_LIMIT);
  const rest = model.beneficiary === null ? 'overrides.confirm.no_interest' : 'overrides.confirm.check';
  return {
    title: texts.t('overrides.confirm.title'),
    text: `${approvedText(model, action, texts)} ${texts.t(rest)}`,
    yes: texts.t('overrides.confirm.yes'),
    no: texts.t('overrides.confirm.no'),
  };
}

function approvedText({ override, version, timeZone }: OverrideModel, action: string, texts: Texts): string {
  const { amountMinor, currency, accountId } = override;
  const { facts } = version;
  if (facts.kind === 'slo_window') {
    const name = `LO-${facts.number} ${foreignWords(facts.title[texts.locale], WORD_LIMIT)}`;
    const at = (moment: string) => texts.instant(new Date(moment), timeZone);
    return texts.t('overrides.confirm.window', { action, name, from: at(facts.fromAt), to: at(facts.toAt) });
  }
  return texts.t('overrides.confirm.text', {
    action,
    amount: amountMinor === null || currency === null ? '–' : texts.money({ minor: amountMinor, currency }),
    account: accountId === null ? '–' : foreignWords(maskAccount(accountId), ACCOUNT_LIMIT),
  });
}

function menuOf(model: OverrideModel, texts: Texts): Overflow {
  const value = versionedValue(model);
  const verbs = [
    ...(CANCELABLE.has(model.override.state) ? (['cancel'] as const) : []),
    'proof' as const,
    'open' as const,
  ];
  return {
    type: 'overflow',
    action_id: encodeOverflowId('overrides'),
    options: verbs.map((verb) => optionOf(verb, value, texts)),
  };
}

function optionOf(
  verb: 'request' | 'cancel' | 'proof' | 'open',
  value: string,
  texts: Texts,
): PlainTextOption {
  return {
    text: { type: 'plain_text', text: texts.t(`overrides.button.${verb}`), emoji: false },
    value: encodeOptionValue('overrides', verb, value),
  };
}
