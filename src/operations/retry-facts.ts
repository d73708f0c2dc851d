import { limitMinor, toReporting, type Rates } from '../finance/rates.ts';
import type { PayoutRow } from '../finance/payout-row.ts';
import type { Answers } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import { ownOperationsOf, type OwnOperationsByPayout } from './own-operations.ts';
import type { RetryFacts } from './retry-safe.ts';

/** What is known of payouts beside the money: what providers said, and what we did ourselves. */
export interface Known {
  answers: Answers;
  operations: OwnOperationsByPayout;
}

export const NOTHING_KNOWN: Known = { answers: new Map(), operations: new Map() };

/** Puts together what decides about one payout. */
export function retryFactsOf(
  row: PayoutRow,
  known: Known,
  { policy, rates, now }: { policy: Policy; rates: Rates; now: Date },
): RetryFacts {
  const { payouts, business, tenants } = policy;
  const limit = payouts.amount_limit;
  const own = ownOperationsOf(known.operations, { tenantId: row.tenant_id, transactionId: row.id });
  return {
    state: row.state,
    attempts: row.attempts,
    answers: known.answers,
    burns: row.burns,
    ledgerUnknown: row.ledger_unknown,
    accountStatus: row.account_status,
    providerStatus: row.provider_status,
    tenantKnown: tenants.some((tenant) => tenant.id === row.tenant_id),
    amount:
      limit === undefined
        ? null
        : {
            reportingMinor: toReporting(BigInt(row.amount_minor), row.currency, rates),
            limitMinor: limitMinor(limit, business.reporting_currency),
          },
    operationOpen: own.isOpen,
    attemptsExpected: own.attemptsExpected,
    attemptIdsExpected: own.attemptIds,
    maxAttempts: payouts.max_attempts,
    cooldownMs: payouts.cooldown_seconds * 1000,
    now,
  };
}
