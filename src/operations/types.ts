import type { AttemptProof, RetryReason } from './retry-safe.ts';
import type { AskOutcome, Exchange, RefusalMeaning } from '../platform/types.ts';

/** What an operation does; a recheck asks about the attempts there are and changes nothing. */
export type OperationAction = 'retry' | 'recheck' | 'mark_paid' | 'reject';

/**
 * accepted: stored, not sent. sent: on its way. unknown: whether it was done is being looked up. succeeded: done, the
 * platform said so. refused: not done, and it never will be.
 */
export type OperationState = 'accepted' | 'sent' | 'unknown' | 'succeeded' | 'refused';

/** Why an operation waits or is unknown. */
export type Trouble =
  | 'unreachable'
  | 'paused'
  | 'busy'
  | 'unauthorised'
  | 'time_limit'
  | 'connection'
  | 'status'
  | 'shape'
  | 'finance_unavailable'
  | 'crashed'
  | 'pending'
  | 'not_found';

/** Why an operation ended without being done. */
export interface Refusal {
  /** us: its checks, read again just before sending. override: one that names it ended it; whether it was done stays unknown. */
  by: 'us' | 'platform' | 'override';
  /** The platform's own code; null where we refused. Foreign text. */
  code: string | null;
  means:
    | RefusalMeaning
    | 'not_safe'
    | 'too_late'
    | 'checks_failed'
    | 'not_there'
    | 'changed'
    | 'overridden'
    // What it carries out had expired, or is not what was approved any more.
    | 'expired'
    | 'void';
  /** Every reason against it, where `means` is not_safe. */
  reasons: RetryReason[];
}

export interface OperationResult {
  /** Of a retry: the attempt that the platform made. */
  attemptId: string | null;
  /** Of a recheck: what the provider said about each attempt. */
  answers: { attemptId: string; answer: AskOutcome['answer'] }[];
}

/** What a retry was sent on. */
export interface Proof {
  attempts: AttemptProof[];
  burns: number;
  /** The payout's state, and when all of it was read; ISO 8601. */
  state: string;
  readAt: string;
}

/** One row of operations. */
export interface Operation {
  id: string;
  tenantId: string;
  transactionId: string;
  intentNo: number;
  action: OperationAction;
  idempotencyKey: string;
  state: OperationState;
  requestedBy: string;
  requestedAt: Date;
  payoutId: string | null;
  amountMinor: bigint;
  currency: string;
  reason: string;
  proof: Proof | null;
  attemptsBefore: number | null;
  tries: number;
  firstSentAt: Date | null;
  lastSentAt: Date | null;
  unknownSince: Date | null;
  doubtfulRefusal: string | null;
  lookups: number;
  lookedUpAt: Date | null;
  waits: number;
  nextAt: Date | null;
  trouble: Trouble | null;
  refusal: Refusal | null;
  result: OperationResult | null;
  settledAt: Date | null;
  /** What it carries out, and the version that was approved; null: it was asked for by a button. */
  overrideId: string | null;
  overrideVersion: number | null;
}

/** One call of the platform's as an operation keeps it. */
export interface KeptCall {
  call: 'send' | 'lookup' | 'ask';
  attemptId: string | null;
  outcome: string;
  exchange: Exchange;
}

/** What the checks just before sending come to. `attempts`: how many the platform has. */
export type Checked = { calls: KeptCall[] } & (
  | { ok: true; proof: Proof | null; attempts: number }
  | { ok: false; means: 'not_there' | 'changed' | 'expired' | 'void'; reasons: [] }
  | { ok: false; means: 'not_safe'; reasons: RetryReason[] }
);

/** What a payout's buttons and lines hang on. */
export interface Standing {
  /** Under way, if any. */
  open: Operation | null;
  /** The newest that is over. */
  last: Operation | null;
  /** What a button pressed now must carry. */
  nextIntentNo: number;
}

/** What a press on Retry or Recheck comes to. */
export type RequestOutcome =
  | { ok: true; operationId: string }
  | { ok: false; why: 'not_found' }
  /** This intent is under way: somebody was quicker, or it is the second press of a double click. */
  | { ok: false; why: 'under_way'; operation: RequestedOperation }
  /** The button is of before: its intent is over. */
  | { ok: false; why: 'already_done'; operation: RequestedOperation }
  /** The episode is over, or a retry is no longer safe. */
  | { ok: false; why: 'not_offered'; reasons: RetryReason[]; isOver: boolean };

interface RequestedOperation {
  id: string;
  action: OperationAction;
  state: OperationState;
  by: string;
  at: Date;
}
