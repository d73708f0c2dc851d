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

/** Every reason has its words: one without doesn't compile. Those that findings name too are worded once. */
const REASONS: Readonly<Record<RetryReason, TextKey>> = {
  attempt_succeeded: 'findings.not_safe.attempt_succeeded',
  burned: 'findings.not_safe.burned',
  attempt_open: 'findings.not_safe.attempt_open',
  operation_open: 'findings.not_safe.operation_open',
  no_attempt: 'findings.not_safe.no_attempt',
  attempt_missing: 'findings.not_safe.attempt_missing',
  account_inactive: 'findings.not_safe.account_inactive',
  provider_stopped: 'findings.not_safe.provider_stopped',
  over_limit: 'findings.not_safe.over_limit',
  no_final_failure: 'findings.not_safe.no_final_failure',
  not_asked: 'findings.not_safe.not_asked',
  answer_old: 'findings.not_safe.answer_old',
  ledger_unknown: 'findings.not_safe.ledger_unknown',
  tenant_unknown: 'findings.not_safe.tenant_unknown',
  account_unknown: 'findings.not_safe.account_unknown',
  provider_unknown: 'findings.not_safe.provider_unknown',
  rate_unknown: 'findings.not_safe.rate_unknown',
  wrong_state: 'payouts.reason.wrong_state',
  attempts_exhausted: 'payouts.reason.attempts_exhausted',
  cooldown: 'payouts.reason.cooldown',
  no_platform: 'payouts.reason.no_platform',
  not_named: 'payouts.reason.not_named',
  no_idempotency: 'payouts.reason.no_idempotency',
  no_lookup: 'payouts.reason.no_lookup',
};

/** Why a retry is not offered, as the end of a sentence; a reason of another version stays what it is. */
export function describeRetryReason(reason: RetryReason, medium: Medium): string {
  // Reasons come from rows, which an older or newer version may have written.
  const key = (REASONS as Readonly<Record<string, TextKey>>)[reason];
  return key === undefined ? medium.foreign(reason, NAME_LIMIT) : medium.texts.t(key);
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
