import type {
  Operation,
  OperationAction,
  OperationResult,
  OperationState,
  Proof,
  Refusal,
  Trouble,
} from './types.ts';

/** The columns of one row of operations, for `select ${OPERATION} from operations o`. */
export const OPERATION = `o.id, o.tenant_id, o.subject_id, o.intent_no, o.action, o.idempotency_key, o.state, o.requested_by,
  o.requested_at, o.payout_id, o.amount_minor, o.currency, o.reason, o.proof, o.attempts_before, o.tries, o.first_sent_at,
  o.last_sent_at, o.unknown_since, o.doubtful_refusal, o.lookups, o.looked_up_at, o.waits, o.next_at, o.trouble,
  o.refusal, o.result, o.settled_at, o.override_id, o.override_version`;

export interface OperationRow {
  id: string;
  tenant_id: string;
  subject_id: string;
  intent_no: number;
  action: OperationAction;
  idempotency_key: string;
  state: OperationState;
  requested_by: string;
  requested_at: Date;
  payout_id: string | null;
  amount_minor: string;
  currency: string;
  reason: string;
  proof: Proof | null;
  attempts_before: number | null;
  tries: number;
  first_sent_at: Date | null;
  last_sent_at: Date | null;
  unknown_since: Date | null;
  doubtful_refusal: string | null;
  lookups: number;
  looked_up_at: Date | null;
  waits: number;
  next_at: Date | null;
  trouble: Trouble | null;
  refusal: Refusal | null;
  result: OperationResult | null;
  settled_at: Date | null;
  override_id: string | null;
  override_version: number | null;
}

export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    transactionId: row.subject_id,
    intentNo: row.intent_no,
    action: row.action,
    idempotencyKey: row.idempotency_key,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    payoutId: row.payout_id,
    amountMinor: BigInt(row.amount_minor),
    currency: row.currency,
    reason: row.reason,
    proof: row.proof,
    attemptsBefore: row.attempts_before,
    tries: row.tries,
    firstSentAt: row.first_sent_at,
    lastSentAt: row.last_sent_at,
    unknownSince: row.unknown_since,
    doubtfulRefusal: row.doubtful_refusal,
    lookups: row.lookups,
    lookedUpAt: row.looked_up_at,
    waits: row.waits,
    nextAt: row.next_at,
    trouble: row.trouble,
    refusal: row.refusal,
    result: row.result,
    settledAt: row.settled_at,
    overrideId: row.override_id,
    overrideVersion: row.override_version,
  };
}
