import type { Button, Overflow, PlainTextOption } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { PayoutLine } from '../src/findings/deps.ts';
import type { DigestFinding } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { encodeOptionValue, encodeOverflowId } from './actions.ts';
import { button } from './controls.ts';
import type { Medium } from './medium.ts';
import { intentValue, recheckButton, retryButton, type Intent } from './payout-buttons.ts';
import { linkText } from './link.ts';
import { overrideLines } from './override-stand.ts';

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
  return [
    alertText(link, medium),
    payout.canPress ? '' : operationLine(payout, medium),
    ...byHandLines(payout, medium, permalink),
  ];
}

/** Where the newest request to do it by hand stands. */
export function byHandLines(
  payout: DigestFinding['payout'],
  medium: Medium,
  permalink: RenderContext['permalink'] | undefined,
): string[] {
  const line = payout?.override ?? null;
  const link = line?.message ? (permalink?.(line.message) ?? null) : null;
  return overrideLines(line, link, medium);
}

/**
 * What can be done beside a finding: Retry if it is offered; a menu where something may be asked to be done by hand; else
 * Recheck, else the way into Review.
 */
export function findingElement(finding: DigestFinding, texts: Texts): Button | Overflow {
  const { payout, state, amountMinor, currency, accountId, provider } = finding;
  if (payout === null || state !== 'open' || !payout.canPress) return reviewButton(finding, texts);
  const { payoutId, intentNo, offersRetry } = payout;
  if (offersRetry && amountMinor !== null && currency !== null)
    return retryButton({ payoutId, intentNo, amountMinor, currency, accountId, provider }, texts);
  const recheck = { payoutId, intentNo };
  return payout.offersOverride ? menuOf(finding, recheck, texts) : recheckButton(recheck, texts);
}

function reviewButton({ id }: DigestFinding, texts: Texts): Button {
  return button('findings', 'review', id, texts.t('findings.review.button'));
}

function menuOf({ id }: DigestFinding, recheck: Intent, texts: Texts): Overflow {
  const option = (words: string, value: string): PlainTextOption => ({
    text: { type: 'plain_text', text: words, emoji: false },
    value,
  });
  return {
    type: 'overflow',
    action_id: encodeOverflowId('findings'),
    options: [
      option(
        texts.t('payouts.button.recheck'),
        encodeOptionValue('payouts', 'recheck', intentValue(recheck)),
      ),
      option(texts.t('overrides.button.request'), encodeOptionValue('overrides', 'request', `finding:${id}`)),
      option(texts.t('findings.review.button'), encodeOptionValue('findings', 'review', id)),
    ],
  };
}
