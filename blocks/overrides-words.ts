import type { OverrideModel } from '../src/overrides/models.ts';
import type {
  Choice,
  OverrideFailure,
  OverrideFacts,
  OverrideState,
  Quorum,
  QuorumRule,
  ReasonCode,
  TermChange,
} from '../src/overrides/types.ts';
import { parseMoney } from '../src/money.ts';
import type { RetryReason } from '../src/operations/retry-safe.ts';
import type { TextKey, Texts } from '../src/texts.ts';
import { describeActor, mentionUser } from './actor.ts';
import type { Medium } from './medium.ts';
import { describeRefusal } from './payouts-operation.ts';
import { describeRetryReason, describeState } from './payouts-words.ts';

const WORD_LIMIT = 40;
const CHANGE_LIMIT = 120;
/** Of one condition that does not hold any more. */
const MOST_REASONS = 3;

/** Beside the words, never instead of them. */
export const SYMBOLS: Readonly<Record<OverrideState | 'unknown', string>> = {
  open: '🗳️',
  void: '♻️',
  approved: '☑️',
  executing: '▶️',
  unknown: '❔',
  executed: '✅',
  failed: '⚠️',
  rejected: '✋',
  expired: '⌛',
  canceled: '↩️',
};

/** "🗳️ Override waits for approval"; what nobody knows the outcome of says so. */
export function describeStanding({ override, operation }: OverrideModel, texts: Texts): string {
  const isUnknown = override.state === 'executing' && operation?.state === 'unknown';
  const state = isUnknown ? 'unknown' : override.state;
  return `${SYMBOLS[state]} ${texts.t(`overrides.state.${state}`)}`;
}

/** "Mark as paid: proof from the bank"; a word of another version stays what it is. */
export function describeChoice({ target, basis }: Choice, medium: Medium): string {
  return medium.texts.t('overrides.choice', {
    target: medium.word('overrides.target', target, WORD_LIMIT),
    basis: medium.word('overrides.basis', basis, WORD_LIMIT),
  });
}

/** What carrying it out does; none for a target of another version. */
export function effectOf(target: string, { texts }: Medium): string[] {
  const key = `overrides.effect.${target}`;
  return texts.has(key) ? [texts.t(key)] : [];
}

/** Why something can't be done by hand, as the end of a sentence; overrides' own words go before those of a retry. */
export function describeAgainst(reason: string, medium: Medium): string {
  const key = `overrides.against.${reason}`;
  return medium.texts.has(key) ? medium.texts.t(key) : describeRetryReason(reason as RetryReason, medium);
}

/** The first reason and how many more there are. */
export function describeReasons(reasons: readonly string[], medium: Medium): string {
  const [first] = reasons;
  if (first === undefined) return '–';
  const more = reasons.length - 1;
  const rest = more > 0 ? [medium.texts.t('payouts.unsafe.more', { count: more })] : [];
  return [describeAgainst(first, medium), ...rest].join('; ');
}

export function describeReasonCode(code: ReasonCode, medium: Medium): string {
  return medium.word('overrides.reason', code, WORD_LIMIT);
}

function sizeOf({
  needed,
  leads,
  security,
}: Quorum): 'one' | 'two' | 'two_lead' | 'two_security' | 'two_both' {
  if (security !== undefined) return leads > 0 ? 'two_both' : 'two_security';
  if (leads > 0) return 'two_lead';
  return needed === 1 ? 'one' : 'two';
}

/** "Two approve, one of them a lead." */
export function describeQuorum(quorum: Quorum, texts: Texts): string {
  return texts.t(`overrides.quorum.${sizeOf(quorum)}`);
}

/** "two, one of them a lead" */
export function describeQuorumShortly(quorum: Quorum, texts: Texts): string {
  return texts.t(`overrides.quorum_short.${sizeOf(quorum)}`);
}

/** Why so many: every rule that applies, with its tier, and what was counted together. */
export function quorumReasons(
  quorum: Quorum,
  { tiers, reportingCurrency }: Pick<OverrideModel, 'tiers' | 'reportingCurrency'>,
  texts: Texts,
): string {
  const { sumReportingMinor, others } = quorum;
  const sum =
    sumReportingMinor === null
      ? '–'
      : texts.money({ minor: BigInt(sumReportingMinor), currency: reportingCurrency });
  const fromOf = (rule: QuorumRule): string => {
    const money = parseMoney(rule === 'from_lead' ? tiers.leadFrom : tiers.twoFrom, reportingCurrency);
    return money === undefined ? '–' : texts.money(money);
  };
  const rules = quorum.rules
    // Rows may be of another version.
    .filter((rule) => texts.has(`overrides.rule.${rule}`))
    .map((rule) => texts.t(`overrides.rule.${rule}`, { sum, from: fromOf(rule) }));
  if (others === 0) return rules.join('; ');
  const together =
    sumReportingMinor === null
      ? texts.t('overrides.no_sum', { count: others })
      : texts.t('overrides.sum', { sum, count: others });
  return [...rules, together].join('; ');
}

/** In its own currency, and in the reporting currency when that is another; "–" for what has no amount. */
export function describeMoney(
  { override, reportingCurrency }: Pick<OverrideModel, 'override' | 'reportingCurrency'>,
  texts: Texts,
): string {
  const { amountMinor, amountReportingMinor, currency } = override;
  if (amountMinor === null || currency === null) return texts.t('findings.review.no_amount');
  const own = texts.money({ minor: amountMinor, currency });
  if (currency === reportingCurrency) return own;
  return amountReportingMinor === null
    ? `${own} (${texts.t('findings.review.no_rate')})`
    : `${own} (${texts.money({ minor: amountReportingMinor, currency: reportingCurrency })})`;
}

/** What differs, from what to what; states in words, amounts as money. */
export function describeChange(change: TermChange, currency: string | null, medium: Medium): string {
  const told = (value: string): string => describeTerm(change.what, value, currency, medium);
  const { before, after } = change;
  return medium.texts.t(`overrides.changed.${change.what}`, { before: told(before), after: told(after) });
}

function describeTerm(
  what: TermChange['what'],
  value: string,
  currency: string | null,
  medium: Medium,
): string {
  if (value === '') return medium.texts.t('overrides.changed.nothing');
  switch (what) {
    case 'state':
      return describeState(value, medium);
    case 'amount':
      return currency !== null && /^-?\d{1,40}$/.test(value)
        ? medium.texts.money({ minor: BigInt(value), currency })
        : medium.foreign(value, CHANGE_LIMIT);
    case 'condition':
      // One word, or several with commas between them.
      return value
        .split(/, ?/)
        .slice(0, MOST_REASONS)
        .map((reason) => describeAgainst(reason, medium))
        .join(', ');
    case 'payee':
    case 'operation':
      return medium.id(value, WORD_LIMIT);
    case 'currency':
    case 'attempts':
    case 'gone':
      return medium.foreign(value, CHANGE_LIMIT);
  }
}

/** Why it was not carried out. */
export function describeFailure(failure: OverrideFailure | null, medium: Medium): string {
  if (failure === null) return '–';
  const { means } = failure;
  if (means === 'left_unknown') return medium.texts.t('overrides.failure.left_unknown');
  return describeRefusal({ ...failure, means }, medium);
}

/** Every failure has its next step: one without doesn't compile. */
export function nextStep(failure: OverrideFailure | null, { texts }: Medium): string[] {
  if (failure === null) return [];
  const key: TextKey = `overrides.next.${failure.means}`;
  return [texts.t(key)];
}

export function describeTroubleWord(trouble: string | null, medium: Medium): string {
  return medium.word('operations.trouble', trouble ?? 'connection', WORD_LIMIT);
}

/** "payout failed": the state of what was seen before or after. */
export function stateOf(facts: OverrideFacts | null, medium: Medium): string {
  if (facts === null) return '–';
  if (facts.kind === 'exemption') return medium.texts.day(facts.deadline);
  if (facts.kind === 'slo_window') return medium.word('overrides.slo_window.state', facts.state, WORD_LIMIT);
  return describeState(facts.state, medium);
}

/** A person, from an actor as rows keep it, a Slack id, or the name that the policy gives them. */
function describePerson(person: string, medium: Medium): string {
  return person.includes(':') ? describeActor(person, medium) : mentionUser(person, medium);
}

/** At most `most` of them, each once, then how many more. */
export function describePeople(people: readonly string[], most: number, medium: Medium): string {
  const each = [...new Set(people)];
  const named = each
    .slice(0, most)
    .map((person) => describePerson(person, medium))
    .join(', ');
  const more = each.length - Math.min(each.length, most);
  return more === 0 ? named : medium.texts.t('overrides.approvers.more', { people: named, count: more });
}
