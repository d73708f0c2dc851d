import type { FindingId, OverrideId, PayoutId, Subject, UserId } from '../ids.ts';
import type {
  ApproverRole,
  Holders,
  Override,
  OverrideFacts,
  OverrideFailure,
  OverrideState,
  OverrideVersion,
  Quorum,
  ReasonCode,
  TermChange,
  Terms,
  Vote,
} from './types.ts';

/** The columns of one row of overrides, for `select ${OVERRIDE} from overrides o`. */
export const OVERRIDE = `o.id, o.kind, o.tenant_id, o.subject_kind, o.subject_id, o.state, o.version, o.target, o.basis,
  o.account_id, o.payee_ref, o.currency, o.amount_minor, o.amount_reporting_minor, o.requested_by, o.requester_key,
  o.requested_at, o.reason_code, o.reason, o.ticket, o.evidence, o.after_rejection, o.payout_id, o.finding_id,
  o.ends_operation_id, o.operation_id, o.approved_at, o.over_at, o.over_by, o.over_reason, o.failure, o.state_before,
  o.state_after, o.read_back_at`;

export interface OverrideRow {
  id: OverrideId;
  kind: string;
  tenant_id: string;
  subject_kind: Subject['kind'];
  subject_id: string;
  state: OverrideState;
  version: number;
  target: string;
  basis: string;
  account_id: string | null;
  payee_ref: string | null;
  currency: string | null;
  amount_minor: string | null;
  amount_reporting_minor: string | null;
  requested_by: string;
  requester_key: string;
  requested_at: Date;
  reason_code: ReasonCode;
  reason: string;
  ticket: string;
  evidence: string;
  after_rejection: boolean;
  payout_id: PayoutId | null;
  finding_id: FindingId | null;
  ends_operation_id: string | null;
  operation_id: string | null;
  approved_at: Date | null;
  over_at: Date | null;
  over_by: string | null;
  over_reason: string;
  failure: OverrideFailure | null;
  state_before: OverrideFacts | null;
  state_after: OverrideFacts | null;
  read_back_at: Date | null;
}

export function toOverride(row: OverrideRow): Override {
  return {
    id: row.id,
    kind: row.kind,
    tenantId: row.tenant_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    state: row.state,
    version: row.version,
    target: row.target,
    basis: row.basis,
    accountId: row.account_id,
    payeeRef: row.payee_ref,
    currency: row.currency,
    amountMinor: minorOrNull(row.amount_minor),
    amountReportingMinor: minorOrNull(row.amount_reporting_minor),
    requestedBy: row.requested_by,
    requesterKey: row.requester_key,
    requestedAt: row.requested_at,
    reasonCode: row.reason_code,
    reason: row.reason,
    ticket: row.ticket,
    evidence: row.evidence,
    afterRejection: row.after_rejection,
    payoutId: row.payout_id,
    findingId: row.finding_id,
    endsOperationId: row.ends_operation_id,
    operationId: row.operation_id,
    approvedAt: row.approved_at,
    overAt: row.over_at,
    overBy: row.over_by,
    overReason: row.over_reason,
    failure: row.failure,
    stateBefore: row.state_before,
    stateAfter: row.state_after,
    readBackAt: row.read_back_at,
  };
}

function minorOrNull(text: string | null): bigint | null {
  return text === null ? null : BigInt(text);
}

export interface VersionRow {
  version: number;
  opened_at: Date;
  expires_at: Date;
  remind_half_at: Date;
  remind_last_at: Date;
  request_hash: string;
  terms: Terms;
  facts: OverrideFacts;
  quorum: Quorum;
  policy_hash: string;
  holders: Holders;
  voided_at: Date | null;
  changes: TermChange[] | null;
}

export function toVersion(row: VersionRow): OverrideVersion {
  return {
    version: row.version,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    remindHalfAt: row.remind_half_at,
    remindLastAt: row.remind_last_at,
    requestHash: row.request_hash,
    terms: row.terms,
    facts: row.facts,
    quorum: row.quorum,
    policyHash: row.policy_hash,
    holders: row.holders,
    voidedAt: row.voided_at,
    changes: row.changes,
  };
}

export interface VoteRow {
  version: number;
  person_key: string;
  user_id: UserId;
  vote: Vote['vote'];
  role: ApproverRole;
  seat: string;
  no_interest: boolean;
  reason: string;
  voted_at: Date;
  lapsed_at: Date | null;
}

export function toVote(row: VoteRow): Vote {
  return {
    version: row.version,
    personKey: row.person_key,
    userId: row.user_id,
    vote: row.vote,
    role: row.role,
    seat: row.seat,
    noInterest: row.no_interest,
    reason: row.reason,
    votedAt: row.voted_at,
    lapsedAt: row.lapsed_at,
  };
}
