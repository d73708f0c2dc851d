import type { RetryReason } from '../src/operations/retry-safe.ts';
import type { Payout } from '../src/payouts/types.ts';
import type { TextKey, Texts } from '../src/texts.ts';
import { describeClass, nameOfRule } from './findings.ts';
import { joined } from './kit.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';

const NAME_LIMIT = 40;
const REFERENCE_LIMIT = 64;
/** As groups keep a provider or a code that is not told apart any more. */
export const ANY = '*';
/** As episodes keep a provider that nobody named. */
const UNNAMED = '-';

/** A medium that can also cross out what is over; in words, what is said beside it has to do. */
export interface PayoutMedium extends Medium {
  struck: (text: string) => string;
}

export function payoutMarkup(texts: Texts, timeZone: string): PayoutMedium {
  return { ...markupMedium(texts, timeZone), struck: (text) => `~${text}~` };
}

export function payoutWords(texts: Texts, timeZone: string): PayoutMedium {
  return { ...wordsMedium(texts, timeZone), struck: (text) => text };
}

/** "🔺 HIGH · Payout failed, funds are held · ₺1,250.00 · kuzey-pay"; crossed out when it is over. */
export function describeHead(payout: Payout, medium: PayoutMedium): string {
  const { texts, strong, struck } = medium;
  const amount = texts.money({ minor: payout.amountMinor, currency: payout.currency });
  const ours = joined([describeClass(payout.class, texts), describeTrouble(payout, medium), amount]);
  const provider = describeProvider(payout.provider, medium);
  return payout.state === 'over'
    ? joined([struck(ours), provider])
    : joined([
        strong(describeClass(payout.class, texts)),
        strong(joined([describeTrouble(payout, medium), amount])),
        provider,
      ]);
}

/** After an accepted retry what it was called before is no longer so. */
function describeTrouble(payout: Payout, medium: Medium): string {
  const isAgain =
    payout.state === 'open' && payout.paymentState !== 'payout_failed' && !STUCK_RULES.has(payout.rule);
  return isAgain ? medium.texts.t('payouts.on_its_way') : nameOfRule(payout.rule, medium);
}

const STUCK_RULES: ReadonlySet<string> = new Set(['R19', 'R20']);

export function describeProvider(provider: string, medium: Medium): string {
  if (provider === ANY) return medium.texts.t('payouts.group.any_provider');
  if (provider === UNNAMED || provider === '') return medium.texts.t('findings.provider_unnamed');
  return medium.foreign(provider, NAME_LIMIT);
}

export function describeState(state: string, medium: Medium): string {
  const key = `findings.state.${state}`;
  return medium.texts.has(key) ? medium.texts.t(key) : medium.foreign(state, NAME_LIMIT);
}

/** Why a retry is not offered, as the end of a sentence; a reason of another version stays what it is. */
export function describeRetryReason(reason: RetryReason, medium: Medium): string {
  const key: TextKey = keyOf(reason);
  return medium.texts.has(key) ? medium.texts.t(key) : medium.foreign(reason, NAME_LIMIT);
}

/** Every reason has its words: one without doesn't compile. */
function keyOf(reason: RetryReason): TextKey {
  switch (reason) {
    case 'wrong_state':
    case 'attempts_exhausted':
    case 'cooldown':
    case 'no_platform':
    case 'not_named':
    case 'no_idempotency':
    case 'no_lookup':
      return `payouts.reason.${reason}`;
    default:
      return `findings.not_safe.${reason}`;
  }
}

/** A payment, attempt or reference as others call it. */
export function describeReference(reference: string, medium: Medium): string {
  return medium.id(reference, REFERENCE_LIMIT);
}

/** In its own currency, and in the reporting currency when that is another. */
export function describeAmount(
  payout: Pick<Payout, 'amountMinor' | 'currency' | 'amountReportingMinor'>,
  reportingCurrency: string,
  texts: Texts,
): string {
  const own = texts.money({ minor: payout.amountMinor, currency: payout.currency });
  if (payout.currency === reportingCurrency) return own;
  return payout.amountReportingMinor === null
    ? `${own} (${texts.t('findings.review.no_rate')})`
    : `${own} (${texts.money({ minor: payout.amountReportingMinor, currency: reportingCurrency })})`;
}
