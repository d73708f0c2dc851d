import { createHash } from 'node:crypto';
import { canonicalJson } from '../audit/canonical-json.ts';
import { toDecimal } from '../money.ts';
import type { AttemptFact, Choice, PayoutFacts, TermChange, Terms } from './types.ts';

/** What an approver of this payout agrees to: exactly what stands there now. */
export function payoutTerms(facts: PayoutFacts, { target, basis }: Choice): Terms {
  const { operation } = facts;
  return {
    target,
    basis,
    kind: facts.kind,
    tenantId: facts.tenantId,
    subject: { kind: 'transaction', id: facts.transactionId },
    amountMinor: facts.amountMinor,
    currency: facts.currency,
    payeeRef: facts.payeeRef,
    state: facts.state,
    attempts: facts.attempts
      .toSorted(byAge)
      .map(({ attemptId, status, reference }) => ({ attemptId, status, reference })),
    endsOperationId: operation?.endable === true ? operation.id : null,
  };
}

/** What binds a vote to its terms: sha256, hex, over their one spelling. */
export function hashTerms(terms: Terms): string {
  return createHash('sha256').update(canonicalJson(terms)).digest('hex');
}

/** What has changed since it was agreed to, in the platform's words; empty exactly when the hashes agree. Null: it is gone. */
export function diffTerms(before: Terms, after: Terms | null): TermChange[] {
  if (after === null || identityOf(before) !== identityOf(after)) {
    return [{ what: 'gone', before: before.subject.id, after: after?.subject.id ?? NONE }];
  }
  const changes: TermChange[] = [];
  const compare = (what: TermChange['what'], valueOf: (terms: Terms) => unknown, say: typeof amountOf) => {
    if (canonicalJson(valueOf(before)) === canonicalJson(valueOf(after))) return;
    changes.push({ what, before: say(before), after: say(after) });
  };
  const isSeen = attemptsOf(before) !== attemptsOf(after);
  compare(
    'state',
    ({ state }) => state,
    ({ state }) => state,
  );
  compare('amount', ({ amountMinor }) => amountMinor, amountOf);
  compare(
    'currency',
    ({ currency }) => currency,
    ({ currency }) => currency ?? NONE,
  );
  compare(
    'payee',
    ({ payeeRef }) => payeeRef,
    ({ payeeRef }) => payeeRef ?? NONE,
  );
  compare('attempts', ({ attempts }) => attempts, isSeen ? attemptsOf : referencesOf);
  compare(
    'operation',
    ({ endsOperationId }) => endsOperationId,
    ({ endsOperationId }) => endsOperationId ?? NONE,
  );
  return changes;
}

const NONE = '-';

/** By when they were made; the id settles what is of one moment. */
function byAge(one: AttemptFact, other: AttemptFact): number {
  const apart = Date.parse(one.createdAt) - Date.parse(other.createdAt);
  if (apart !== 0 && !Number.isNaN(apart)) return apart;
  return one.attemptId < other.attemptId ? -1 : 1;
}

/** What an override is about does not change: another one is none of it. */
function identityOf({ kind, tenantId, subject, target, basis }: Terms): string {
  return canonicalJson([kind, tenantId, subject, target, basis]);
}

function amountOf({ amountMinor, currency }: Terms): string {
  if (amountMinor === null) return NONE;
  return currency === null
    ? amountMinor
    : `${toDecimal({ minor: BigInt(amountMinor), currency })} ${currency}`;
}

function attemptsOf({ attempts }: Terms): string {
  return attempts.length === 0
    ? '0'
    : `${attempts.length} (${attempts.map(({ status }) => status).join(', ')})`;
}

/** Where the number and the statuses are the same, it is the attempts themselves that differ. */
function referencesOf({ attempts }: Terms): string {
  return attempts
    .map(({ attemptId, status, reference }) => `${attemptId} ${status} ${reference ?? NONE}`)
    .join(', ');
}
