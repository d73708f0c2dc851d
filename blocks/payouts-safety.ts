import type { RetryReason } from '../src/operations/retry-safe.ts';
import type { PayoutModel } from '../src/payouts/types.ts';
import type { Medium } from './medium.ts';
import { describeRetryReason } from './payouts-words.ts';

/** What is safe now and why, or what is against it and how it goes on; nothing while something is under way or over. */
export function safetyLines(model: PayoutModel, medium: Medium): string[] {
  const { payout, standing } = model;
  if (payout.state === 'over' || standing.open !== null) return [];
  if (isOnItsWay(model)) return [];
  if (payout.offersRetry) return safeLines(model, medium);
  const { texts } = medium;
  const { reasons, cooldownUntil } = payout;
  if (reasons.length === 1 && reasons[0] === 'cooldown' && cooldownUntil !== null)
    return [
      `⏳ ${texts.t('payouts.safe.from', { at: medium.at(cooldownUntil) })}`,
      ...proofLine(model, medium),
    ];
  const [first] = reasons;
  if (first === undefined) return [wayOn(model, medium)];
  // What this platform never offers is said beside what is against it now.
  const never = reasons.slice(1).filter((reason) => NEVER.has(reason));
  const named = [first, ...never].map((reason) => describeRetryReason(reason, medium));
  const more = reasons.length - named.length;
  const because = texts.t('payouts.unsafe.because', {
    title: medium.strong(texts.t('payouts.unsafe.title')),
    reason: [...named, ...(more > 0 ? [texts.t('payouts.unsafe.more', { count: more })] : [])].join('; '),
  });
  return [`⛔ ${because}`, wayOn(model, medium)];
}

const NEVER: ReadonlySet<RetryReason> = new Set([
  'no_platform',
  'not_named',
  'no_idempotency',
  'no_lookup',
] as const);

/** Every reason against a retry, a line each; none where one is offered, under way, or no longer needed. */
export function reasonLines(model: PayoutModel, medium: Medium): string[] {
  const { payout, standing } = model;
  if (payout.state === 'over' || payout.offersRetry || standing.open !== null || isOnItsWay(model)) return [];
  return payout.reasons.map((reason) => `• ${describeRetryReason(reason, medium)}`);
}

/** What was done about it succeeded, and nobody has looked since, or a retry has not come to an end: nothing is offered. */
export function isOnItsWay({ payout, standing: { last } }: PayoutModel): boolean {
  if (last === null || last.action === 'recheck' || last.state !== 'succeeded') return false;
  const isLookedAt = last.settledAt === null || payout.lookedAt > last.settledAt;
  return !isLookedAt || (last.action === 'retry' && payout.paymentState !== 'payout_failed');
}

function safeLines(model: PayoutModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  return [
    `🟢 ${strong(texts.t('payouts.safe.title'))}`,
    ...proofLine(model, medium),
    // Until when its answers hold is left out: each check moves it on, and a message is not rewritten for that.
    texts.t('payouts.safe.again'),
  ];
}

function proofLine({ payout }: PayoutModel, medium: Medium): string[] {
  const { texts } = medium;
  const said = payout.attempts.map(({ askedAt }, index) =>
    texts.t('payouts.safe.attempt', {
      no: index + 1,
      at: askedAt === null ? '–' : medium.at(new Date(askedAt)),
    }),
  );
  const rest = [
    ...(payout.burns === 0 ? [texts.t('payouts.safe.no_burn')] : []),
    ...(payout.cooldownUntil === null ? [texts.t('payouts.safe.cooldown')] : []),
  ];
  return [[...said, ...rest].join('; ')];
}

function wayOn(model: PayoutModel, { texts }: Medium): string {
  const { canRecheck, finding, offersOverride } = model;
  const canEscalate = finding !== null && finding.escalation === null;
  return [
    texts.t(canRecheck ? 'payouts.unsafe.recheck' : 'payouts.unsafe.no_recheck'),
    ...(canEscalate ? [texts.t('payouts.unsafe.escalate')] : []),
    ...(offersOverride ? [texts.t('payouts.unsafe.override')] : []),
  ].join(' ');
}
