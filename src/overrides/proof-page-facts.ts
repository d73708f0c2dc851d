import { definition } from './markdown.ts';
import { label, type PageContext } from './proof-words.ts';
import type { AttemptFact, OverrideFacts } from './types.ts';

/** A state as it was read; Markdown. */
export function renderFacts(facts: OverrideFacts | null, { texts, at }: PageContext): string {
  if (facts === null) return texts.t('overrides.proof.unknown');
  const { currency } = facts;
  const money = (minor: string) => texts.money({ minor: BigInt(minor), currency });
  const both = (sides: OverrideFacts['ledger']) =>
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

function describe(attempt: AttemptFact, at: PageContext['at']): string {
  const { provider, reference, status, errorCode, answer, askedAt } = attempt;
  return [
    provider,
    reference ?? '–',
    errorCode === null ? status : `${status} (${errorCode})`,
    answer === null || askedAt === null ? '–' : `${answer}, ${at(askedAt)}`,
  ].join('; ');
}
