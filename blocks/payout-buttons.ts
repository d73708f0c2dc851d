import type { Button } from '@slack/types';
import type { Texts } from '../src/texts.ts';
import { button } from './controls.ts';
import { foreignWords, maskAccount } from './foreign.ts';

const PROVIDER_LIMIT = 40;
const ACCOUNT_LIMIT = 8;

/** One intent about one episode: what a press is taken for, whoever presses, however often. */
export interface Intent {
  payoutId: string;
  intentNo: number;
}

/** What Retry moves; said before the press is sent. */
export interface RetriedPayout extends Intent {
  amountMinor: bigint;
  currency: string;
  accountId: string | null;
  provider: string | null;
}

/** "<payout>:<intent number>" */
export function intentValue({ payoutId, intentNo }: Intent): string {
  return `${payoutId}:${intentNo}`;
}

/** Sends a payout once more. Asks first, naming amount, account (its last four characters) and provider. */
export function retryButton(payout: RetriedPayout, texts: Texts): Button {
  const { amountMinor, currency, accountId, provider } = payout;
  const text = texts.t('payouts.confirm.text', {
    amount: texts.money({ minor: amountMinor, currency }),
    account: accountId === null ? '–' : foreignWords(maskAccount(accountId), ACCOUNT_LIMIT),
    provider: provider === null ? '–' : foreignWords(provider, PROVIDER_LIMIT),
  });
  return button('payouts', 'retry', intentValue(payout), texts.t('payouts.button.retry'), {
    style: 'primary',
    confirm: {
      title: texts.t('payouts.confirm.title'),
      text,
      yes: texts.t('payouts.confirm.yes'),
      no: texts.t('payouts.confirm.no'),
    },
  });
}

/** Asks the provider again about the attempts there are; changes nothing, so it asks nobody. */
export function recheckButton(intent: Intent, texts: Texts): Button {
  return button('payouts', 'recheck', intentValue(intent), texts.t('payouts.button.recheck'));
}
