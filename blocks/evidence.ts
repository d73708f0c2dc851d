import type { Evidence, EvidenceValue } from '../src/findings/types.ts';
import type { TextArguments } from '../src/texts.ts';
import type { Medium } from './medium.ts';

/** One evidence argument shows so many code points; a reference or an error text rarely has more. */
const ARGUMENT_LIMIT = 80;

/** Arguments whose words are our own vocabulary: argument name to the family of texts that translates them. */
const VOCABULARY: Readonly<Record<string, string>> = {
  state: 'findings.state',
  reason: 'findings.not_safe',
  answer: 'findings.answer',
  problem: 'audit.problem',
};
/** References, which are mostly digits and must stay readable. */
const REFERENCES: readonly string[] = ['transaction', 'event', 'reference'];
/** Numbers that are spans of time: argument name to milliseconds a unit. */
const SPANS: Readonly<Record<string, number>> = { minutes: 60_000, hours: 3_600_000 };

/**
 * The one line that says what was seen. Evidence of a newer or older version, whose text is not in the catalogue, is
 * shown as its key rather than not at all.
 */
export function describeEvidence(evidence: Evidence, medium: Medium): string {
  return (
    tellEvidence(`findings.evidence.${evidence.key}`, evidence, medium) ??
    medium.foreign(evidence.key, ARGUMENT_LIMIT)
  );
}

/** A text about evidence, with its arguments; null when the catalogue or the evidence is of another version. */
export function tellEvidence(key: string, evidence: Evidence, medium: Medium): string | null {
  if (!medium.texts.has(key)) return null;
  const args: TextArguments = {};
  // A drift has a direction, which a plus sign makes plain.
  const signed = evidence.key.startsWith('R01');
  for (const [name, value] of Object.entries(evidence.args)) {
    args[name] = describeArgument(name, value, medium, signed);
  }
  try {
    return medium.texts.t(key, args);
  } catch {
    // A row of another version may lack an argument that this text names.
    return null;
  }
}

function describeArgument(
  name: string,
  value: EvidenceValue,
  medium: Medium,
  signed: boolean,
): string | number {
  const { texts } = medium;
  if (typeof value === 'number') {
    const span = SPANS[name];
    return span === undefined ? value : texts.duration(value * span);
  }
  if (typeof value === 'string') return describeWord(name, value, medium);
  if ('money' in value) {
    return texts.money({ minor: BigInt(value.money.minor), currency: value.money.currency }, signed);
  }
  if ('account' in value) return medium.account(value.account);
  const at = new Date(value.at);
  return Number.isNaN(at.getTime()) ? medium.foreign(value.at, ARGUMENT_LIMIT) : medium.at(at);
}

function describeWord(name: string, value: string, medium: Medium): string {
  // A provider that nobody named.
  if (name === 'provider' && value === '-') return medium.texts.t('findings.provider_unnamed');
  if (name === 'error' && value === '-') return medium.texts.t('findings.no_error_code');
  const family = VOCABULARY[name];
  if (family !== undefined) return medium.word(family, value, ARGUMENT_LIMIT);
  return REFERENCES.includes(name) ? medium.id(value, ARGUMENT_LIMIT) : medium.foreign(value, ARGUMENT_LIMIT);
}
