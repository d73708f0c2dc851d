import { definition } from './markdown.ts';
import { label, type PageContext } from './proof-words.ts';
import type { AttemptFact, ExemptionFacts, OverrideFacts, PayoutFacts, SloWindowFacts } from './types.ts';

/** A state as it was read; Markdown. */
export function renderFacts(
  facts: OverrideFacts | null,
  { texts, at }: Pick<PageContext, 'texts' | 'at'>,
): string {
  if (facts === null) return texts.t('overrides.proof.unknown');
  if (facts.kind === 'exemption') return renderExemption(facts, { texts, at });
  if (facts.kind === 'slo_window') return renderWindow(facts, { texts, at });
  const { currency } = facts;
  const money = (minor: string) => texts.money({ minor: BigInt(minor), currency });
  const both = (sides: PayoutFacts['ledger']) =>
    sides === null
      ? texts.t('overrides.proof.unknown')
      : `${money(sides.availableMinor)}, ${money(sides.heldMinor)}`;
  return [
    definition(label(texts, 'read_at'), at(facts.readAt)),
    definition(label(texts, 'state'), facts.state),
    definition(label(texts, 'amount'), money(facts.amountMinor)),
    definition(label(texts, 'ledger'), both(facts.ledger)),
    definition(label(texts, 'wallet'), both(facts.wallet)),
    definition(label(texts, 'burns'), String(facts.burns)),
    definition(
      label(texts, 'attempts'),
      facts.attempts.length === 0 ? texts.t('overrides.proof.none') : String(facts.attempts.length),
    ),
    ...facts.attempts.map((attempt) => `  ${definition(attempt.attemptId, describe(attempt, at))}`),
  ]
    .filter((line) => line.trim() !== '')
    .join('\n');
}

function renderExemption(facts: ExemptionFacts, { texts, at }: Pick<PageContext, 'texts' | 'at'>): string {
  return [
    definition(label(texts, 'read_at'), at(facts.readAt)),
    definition(label(texts, 'exemption'), `EX-${facts.number} ${facts.name}`),
    definition(label(texts, 'place'), facts.place),
    definition(label(texts, 'risk'), facts.risk),
    definition(label(texts, 'route'), facts.route),
    definition(label(texts, 'owner'), facts.ownerId),
    definition(label(texts, 'state'), facts.state),
    definition(label(texts, 'first_deadline'), facts.firstDeadline),
    definition(label(texts, 'deadline'), facts.deadline),
    definition(label(texts, 'extensions'), String(facts.extensions)),
  ].join('\n');
}

function renderWindow(facts: SloWindowFacts, { texts, at }: Pick<PageContext, 'texts' | 'at'>): string {
  const share = (value: number | null) => (value === null ? '–' : String(value));
  return [
    definition(label(texts, 'read_at'), at(facts.readAt)),
    definition(label(texts, 'stretch'), `LO-${facts.number} ${facts.slo}`),
    definition(label(texts, 'from'), at(facts.fromAt)),
    definition(label(texts, 'to'), at(facts.toAt)),
    definition(label(texts, 'cause'), facts.cause),
    definition(label(texts, 'note'), facts.note),
    definition(label(texts, 'state'), facts.state),
    definition(label(texts, 'counted'), `${facts.good} / ${facts.valid}`),
    definition(label(texts, 'share_now'), share(facts.valueNow)),
    definition(label(texts, 'share_after'), share(facts.valueAfter)),
  ].join('\n');
}

function describe(attempt: AttemptFact, at: PageContext['at']): string {
  const { provider, reference, status, errorCode, answer, askedAt } = attempt;
  return [
    provider,
    reference ?? '–',
    errorCode === null ? status : `${status} (${errorCode})`,
    answer === null || askedAt === null ? '–' : `${answer}, ${at(askedAt)}`,
  ].join('; ');
}
