import { STUCK_STATES, type PayoutRow } from '../finance/payout-row.ts';
import type { Observation } from '../findings/types.ts';
import { retryFactsOf, type Known } from '../operations/retry-facts.ts';
import { decideRetry, OFFERING_MS } from '../operations/retry-safe.ts';
import type { MoneyOffer } from '../platform/types.ts';
import type { Facts } from '../reconciliation/context.ts';
import { observePayout } from '../reconciliation/rules/payout-family.ts';
import type { AttemptLine, OverHow, Payout } from './types.ts';

/** What an episode is now, as one look sees it. */
export type Seen = Omit<
  Payout,
  'id' | 'state' | 'openedAt' | 'overAt' | 'overHow' | 'movedAt' | 'groupId' | 'lookedAt'
>;

export type Look =
  /** Stuck, or failed with its funds held. */
  | { is: 'stuck'; seen: Seen; observation: Observation }
  /** On its way, and not long enough to count as stuck. */
  | { is: 'under_way'; row: PayoutRow }
  /** Failed, and yet the ledger has a burn: the money left, or its entry is wrong. R05 tells of it. */
  | { is: 'burned'; row: PayoutRow }
  | { is: 'over'; how: OverHow; at: Date | null };

/** There is no such payment any more. */
export const GONE: Look = { is: 'over', how: 'gone', at: null };

/** What one look at a payout comes to, from the money, what providers said and what we did. Pure. */
export function decideLook(row: PayoutRow, known: Known, facts: Facts, offer: MoneyOffer): Look {
  const observation = observePayout(row, known, facts);
  if (observation !== null)
    return { is: 'stuck', seen: seenOf(row, observation, known, facts, offer), observation };
  if (STUCK_STATES.has(row.state)) return { is: 'under_way', row };
  if (row.state === 'payout_failed') return { is: 'burned', row };
  return { is: 'over', how: howOf(row.state), at: row.final_at ?? row.state_since };
}

function seenOf(
  row: PayoutRow,
  observation: Observation,
  known: Known,
  facts: Facts,
  offer: MoneyOffer,
): Seen {
  const decision = decideRetry(retryFactsOf(row, known, { ...facts, now: facts.observedAt }), OFFERING_MS);
  const isOffered = decision.safe && offer === 'offered';
  return {
    tenantId: row.tenant_id,
    transactionId: row.id,
    accountId: row.account_id,
    provider: row.provider ?? row.attempts.at(-1)?.provider ?? '-',
    currency: row.currency,
    amountMinor: BigInt(row.amount_minor),
    amountReportingMinor: observation.amountReportingMinor,
    paymentState: row.state,
    since: observation.occurredAt,
    requestedAt: row.requested_at,
    rule: observation.rule,
    class: observation.class,
    action: observation.action,
    errorCode: codeOf(row),
    attempts: linesOf(row, known),
    burns: row.burns,
    offersRetry: isOffered,
    reasons: offer === 'offered' ? decision.reasons : [...decision.reasons, offer],
    offerUntil: isOffered ? decision.provenUntil : null,
    cooldownUntil: decision.cooldownUntil,
  };
}

/** A cause is indexed by it, and a provider may put a page of text there: what begins alike so far is one cause. */
const LONGEST_CODE = 200;

function codeOf({ attempts }: PayoutRow): string {
  const code = attempts.findLast(({ status }) => status === 'failed')?.error_code ?? '';
  return Array.from(code.slice(0, 2 * LONGEST_CODE))
    .slice(0, LONGEST_CODE)
    .join('');
}

/** Each attempt with what its provider said last, oldest first. */
export function linesOf(row: PayoutRow, known: Known): AttemptLine[] {
  return row.attempts.map((attempt) => {
    const answer = known.answers.get(attempt.id);
    return {
      attemptId: attempt.id,
      status: attempt.status,
      provider: attempt.provider,
      reference: attempt.provider_ref,
      errorCode: attempt.error_code,
      createdAt: new Date(attempt.created_at).toISOString(),
      answer: answer?.answer ?? null,
      askedAt: answer?.askedAt.toISOString() ?? null,
    };
  });
}

function howOf(state: string): OverHow {
  switch (state) {
    case 'paid':
      return 'paid';
    case 'rejected':
    case 'canceled':
      return 'given_back';
    default:
      return 'moved';
  }
}
