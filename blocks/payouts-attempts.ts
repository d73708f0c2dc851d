import type { AttemptLine, Payout } from '../src/payouts/types.ts';
import type { ProviderAnswer } from '../src/platform/types.ts';
import type { TextKey } from '../src/texts.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { describeProvider, describeReference } from './payouts-words.ts';

const CODE_LIMIT = 60;
const STATUS_LIMIT = 24;

/**
 * What became of each attempt, and what its provider said last and when. `most`: the newest so many, the others are
 * counted. `references` belong into a modal that one person sees.
 */
export function attemptLines(
  { payout: { attempts, state } }: { payout: Pick<Payout, 'attempts' | 'state'> },
  medium: Medium,
  { most, references }: { most: number; references: boolean },
): string[] {
  const { texts } = medium;
  if (attempts.length === 0) return [texts.t('payouts.attempts.none')];
  const hidden = Math.max(0, attempts.length - most);
  return [
    ...(hidden > 0 ? [texts.t('payouts.attempts.earlier', { count: hidden })] : []),
    ...attempts
      .slice(hidden)
      .map((attempt, index) =>
        attemptLine(attempt, hidden + index + 1, medium, { references, isOver: state === 'over' }),
      ),
  ];
}

function attemptLine(
  attempt: AttemptLine,
  no: number,
  medium: Medium,
  { references, isOver }: { references: boolean; isOver: boolean },
): string {
  const { texts } = medium;
  const { errorCode, reference } = attempt;
  const line = texts.t('payouts.attempts.line', {
    no,
    provider: describeProvider(attempt.provider, medium),
    at: medium.at(new Date(attempt.createdAt)),
    status: describeStatus(attempt.status, medium),
  });
  const error =
    errorCode === null || errorCode === ''
      ? ''
      : texts.t('payouts.attempts.error', { code: medium.foreign(errorCode, CODE_LIMIT) });
  const named =
    references && reference !== null && reference !== ''
      ? texts.t('payouts.attempts.reference', { reference: describeReference(reference, medium) })
      : '';
  return joined([
    `${symbolOf(attempt, isOver)} ${line}`,
    error,
    named,
    describeAnswer(attempt, isOver, medium),
  ]);
}

function describeStatus(status: string, medium: Medium): string {
  const key = `payouts.status.${status}`;
  return medium.texts.has(key) ? medium.texts.t(key) : medium.foreign(status, STATUS_LIMIT);
}

function describeAnswer(
  { answer, askedAt, reference }: AttemptLine,
  isOver: boolean,
  medium: Medium,
): string {
  const { texts } = medium;
  if (answer !== null && askedAt !== null) {
    const at = medium.at(new Date(askedAt));
    const key: TextKey = `payouts.answer.${answer}`;
    const short: TextKey = `payouts.short_answer.${answer}`;
    // Nobody asks once it is over: what was no final answer then is told as what it was.
    return isOver && !FINAL.has(answer)
      ? texts.t('payouts.attempts.last_asked', { at, answer: texts.t(short) })
      : texts.t(key, { at });
  }
  if (isOver) return texts.t('payouts.attempts.never_asked');
  const cannot = reference === null || reference === '';
  return texts.t(cannot ? 'payouts.attempts.no_reference' : 'payouts.attempts.not_asked');
}

const FINAL: ReadonlySet<string> = new Set(['succeeded', 'failed'] satisfies ProviderAnswer[]);

/** Once it is over, the attempt's own end counts where its provider had not told of one. */
function symbolOf({ answer, status }: AttemptLine, isOver: boolean): string {
  const isEnded = isOver && (answer === null || !FINAL.has(answer)) && FINAL.has(status);
  return SYMBOLS[isEnded ? (status as ProviderAnswer) : (answer ?? 'silent')];
}

/** Beside the words, never instead of them. */
const SYMBOLS: Readonly<Record<ProviderAnswer, string>> = {
  succeeded: '✅',
  failed: '✖️',
  pending: '⏳',
  not_found: '❔',
  silent: '❔',
  error: '❔',
};
