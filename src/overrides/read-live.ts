import { isFinanceFault } from '../operations/send.ts';
import type { OverrideDeps } from './deps.ts';
import type { OverrideKind, SubjectKey } from './kind.ts';
import { diffTerms } from './terms.ts';
import {
  choiceKey,
  type Choice,
  type OverrideFacts,
  type OverrideVersion,
  type TermChange,
  type Verdict,
} from './types.ts';

/** Inside a click; in milliseconds. */
const CLICK_MS = 700;

/** How it stands now. `gone`: there is none; `unreadable`: the money could not be read in time. */
export type Live = OverrideFacts | 'gone' | 'unreadable';

/** Reads it live inside a click: no provider is asked, what they said last counts. */
export async function readLive(
  { log }: Pick<OverrideDeps, 'log'>,
  kind: OverrideKind,
  now: Date,
  subject: SubjectKey,
): Promise<Live> {
  try {
    return (await kind.load(subject, { now, ask: false, limitMs: CLICK_MS })) ?? 'gone';
  } catch (error) {
    if (!isFinanceFault(error)) throw error;
    log.warn({ subject: subject.subjectId, error: error.message }, 'an override could not be checked');
    return 'unreadable';
  }
}

export function verdictOf(verdicts: readonly Verdict[], choice: Choice): Verdict | undefined {
  return verdicts.find((verdict) => choiceKey(verdict) === choiceKey(choice));
}

/**
 * What speaks against a version now: what differs from what was agreed to, and what makes it right no more. Empty: it is
 * what it was. Pure.
 */
export function changesSince(
  kind: OverrideKind,
  version: OverrideVersion,
  live: OverrideFacts | null,
  { now, freshMs, endsOperation }: { now: Date; freshMs: number; endsOperation?: 'ended' },
): TermChange[] {
  const choice = version.terms;
  if (live === null) return diffTerms(version.terms, null);
  const terms = kind.terms(live, choice);
  // The operation that it names is over by now, since carrying this out has ended it.
  const isEnded = endsOperation === 'ended' && terms.endsOperationId === null;
  const changes = diffTerms(
    version.terms,
    isEnded ? { ...terms, endsOperationId: version.terms.endsOperationId } : terms,
  );
  const verdict = verdictOf(kind.targets(live, now, freshMs), choice);
  if (verdict?.holds === true) return changes;
  const reasons = verdict?.reasons ?? [];
  return [...changes, { what: 'condition', before: '', after: reasons.join(', ') }];
}
