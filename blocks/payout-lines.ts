import type { Button } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { PayoutLine } from '../src/findings/deps.ts';
import type { DigestFinding } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { button } from './controls.ts';
import type { Medium } from './medium.ts';
import { recheckButton, retryButton } from './payout-buttons.ts';
import { linkText } from './link.ts';

/** "🔁 Retry, @ops, 09:14: sent, no answer yet"; empty where nobody has asked for anything. */
export function operationLine({ operation }: PayoutLine, medium: Medium): string {
  if (operation === null) return '';
  const { action, state, by, at } = operation;
  const { texts } = medium;
  return `🔁 ${texts.t('findings.payout.operation', {
    action: texts.t(`findings.payout.action.${action}`),
    by: describeActor(by, medium),
    at: medium.at(at),
    state: texts.t(`findings.payout.state.${state}`),
  })}`;
}

/** An alert of its own tells all of it: a report only says where. */
export function hasAlert({ payout }: DigestFinding): boolean {
  return payout !== null && payout.isOpen && payout.message !== null;
}

/** "its alert", linked where links are known. */
export function alertText(link: string | null, { texts }: Medium): string {
  const words = texts.t('findings.payout.alert');
  return `📣 ${linkText(link, words) || words}`;
}

/** Where its alert is, and what is under way. */
export function alertParts(
  { payout }: DigestFinding,
  medium: Medium,
  permalink: RenderContext['permalink'] | undefined,
): string[] {
  if (payout === null || payout.message === null) return [];
  const link = permalink?.(payout.message) ?? null;
  return [alertText(link, medium), payout.canPress ? '' : operationLine(payout, medium)];
}

/** The one button beside a finding: Retry if it is offered, else Recheck, else the way into Review. */
export function findingButton(finding: DigestFinding, texts: Texts): Button {
  const { payout, state, amountMinor, currency, accountId, provider } = finding;
  if (payout === null || state !== 'open' || !payout.canPress)
    return button('findings', 'review', finding.id, texts.t('findings.review.button'));
  const { payoutId, intentNo, offersRetry } = payout;
  if (!offersRetry || amountMinor === null || currency === null)
    return recheckButton({ payoutId, intentNo }, texts);
  return retryButton({ payoutId, intentNo, amountMinor, currency, accountId, provider }, texts);
}
