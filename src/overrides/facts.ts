import type { RiskClass } from '../findings/types.ts';
import type { RetryReason } from '../operations/retry-safe.ts';
import type { OperationAction, OperationState } from '../operations/types.ts';
import type { ProviderAnswer } from '../platform/types.ts';

/** One attempt with what its provider said last. */
export interface AttemptFact {
  attemptId: string;
  provider: string;
  reference: string | null;
  status: string;
  errorCode: string | null;
  /** ISO 8601. */
  createdAt: string;
  /** Null: never asked. */
  answer: ProviderAnswer | null;
  askedAt: string | null;
}

/** A payout as it stands, live; kept as JSON as what was seen, and as the state before and after. */
export interface PayoutFacts {
  kind: 'payout';
  tenantId: string;
  transactionId: string;
  accountId: string;
  payeeRef: string | null;
  provider: string | null;
  state: string;
  /** ISO 8601. */
  requestedAt: string;
  stateSince: string;
  /** The platform says that it is over. */
  isFinal: boolean;
  /** Minor units, as text: JSON has no bigint. */
  amountMinor: string;
  currency: string;
  /** Null: no rate is known. */
  amountReportingMinor: string | null;
  attempts: AttemptFact[];
  burns: number;
  /** Of the account in this currency: what the ledger (with its baseline) says, and the wallet; null where unknown. */
  ledger: { availableMinor: string; heldMinor: string } | null;
  wallet: { availableMinor: string; heldMinor: string } | null;
  /** Everything against a retry, by section 5 (decideRetry), answers up to 15 minutes old. */
  retryReasons: RetryReason[];
  /** The class of the worst open finding about it; null: none. */
  class: RiskClass | null;
  /** Our operation that is under way. `endable`: unknown for longer than the platform keeps its key. */
  operation: {
    id: string;
    action: OperationAction;
    state: OperationState;
    requestedAt: string;
    endable: boolean;
  } | null;
  /** ISO 8601: all of it is of this moment. */
  readAt: string;
}
/** An exemption as it stands, for more time. Days are YYYY-MM-DD, business days. */
export interface ExemptionFacts {
  kind: 'exemption';
  tenantId: string;
  exemptionId: string;
  number: number;
  name: string;
  place: string;
  risk: RiskClass;
  route: string;
  ownerId: string;
  ownerKey: string;
  deputyId: string | null;
  deputyKey: string | null;
  state: string;
  openedOn: string;
  firstDeadline: string;
  deadline: string;
  /** Approved so far. */
  extensions: number;
  isOverdue: boolean;
  closedOn: string | null;
  /** Another open one of the same name and place. */
  openAgainAs: number | null;
  mitigation: string;
  /** ISO 8601: all of it is of this moment. */
  readAt: string;
}

/** A stretch of time that is to be left out of a promise's count, or counted again. Moments are ISO 8601. */
export interface SloWindowFacts {
  kind: 'slo_window';
  tenantId: string;
  windowId: string;
  number: number;
  /** As people type it, and as it is called in either language. */
  slo: string;
  title: { en: string; tr: string };
  target: number;
  fromAt: string;
  toAt: string;
  cause: 'maintenance' | 'bad_data';
  note: string;
  state: string;
  createdBy: string;
  createdKey: string;
  /** Events in it. */
  good: number;
  valid: number;
  /** Share of good events of the promise's window as it counts now, and as it would; null: nothing would be left. */
  valueNow: number | null;
  valueAfter: number | null;
  /** Share of the budget that is left, likewise. */
  leftNow: number | null;
  leftAfter: number | null;
  /** Another stretch that overlaps it and is left out already. */
  overlaps: number | null;
  /** A request about this stretch, or about one of the same promise that overlaps it, was rejected. */
  rejectedBefore: boolean;
  readAt: string;
}

/** What no tenant of the platform has. */
export const NO_TENANT = '-';

/** What each kind knows of what it is about. */
export type OverrideFacts = PayoutFacts | ExemptionFacts | SloWindowFacts;
