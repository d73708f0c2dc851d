import type { OverrideFacts } from './facts.ts';
import type { FindingId, OverrideId, PayoutId, Subject, UserId } from '../ids.ts';
import type { Refusal } from '../operations/types.ts';

export { NO_TENANT } from './facts.ts';
export type { AttemptFact, ExemptionFacts, OverrideFacts, PayoutFacts, SloWindowFacts } from './facts.ts';

/** The kinds of card that show overrides. */
export const OVERRIDE_CARD = 'override';
/** The line in #finance-approvals that links to it, or in whose thread it stands. */
export const OVERRIDE_LINE_CARD = 'override_line';
/** What is said in its thread: each notice is a message of its own, since an edit notifies nobody. */
export const OVERRIDE_NOTICE_CARD = 'override_notice';
/** The proof, in a direct message. */
export const OVERRIDE_PROOF_CARD = 'override_proof';
export const APPROVALS_CHANNEL = 'finance-approvals';

/**
 * open: waits for votes. void: what was approved is not what is there any more; may be renewed. approved: the quorum is
 * reached. executing: an operation carries it out. The rest is final.
 */
export const OVERRIDE_STATES = [
  'open',
  'void',
  'approved',
  'executing',
  'executed',
  'failed',
  'rejected',
  'expired',
  'canceled',
] as const;
export type OverrideState = (typeof OVERRIDE_STATES)[number];

/** Why it was asked for. Text key `overrides.reason.<word>`. */
export const REASON_CODES = [
  'provider_confirmed',
  'bank_confirmed',
  'provider_canceled',
  'customer_request',
  'wrong_payee',
  'attempts_exhausted',
  'vendor_waits',
  'work_under_way',
  'planned_work',
  'source_wrong',
  'written_wrongly',
  'other',
] as const;
/** Those of each kind, in the order of the menu. */
export const REASONS_OF: Readonly<Record<OverrideFacts['kind'], readonly ReasonCode[]>> = {
  payout: [
    'provider_confirmed',
    'bank_confirmed',
    'provider_canceled',
    'customer_request',
    'wrong_payee',
    'attempts_exhausted',
    'other',
  ],
  exemption: ['vendor_waits', 'work_under_way', 'other'],
  slo_window: ['planned_work', 'source_wrong', 'written_wrongly', 'other'],
};
export type ReasonCode = (typeof REASON_CODES)[number];

/** Longest texts of a person, in code points. */
export const LIMITS = { reason: 1_000, ticket: 200, evidence: 2_000 } as const;

/** What is to happen, and what makes it right. */
export interface Choice {
  target: string;
  basis: string;
}

/** May one choice be made now, and why not? */
export interface Verdict extends Choice {
  holds: boolean;
  /** Every reason against it; text key `overrides.against.<word>`. Empty when it holds. */
  reasons: readonly string[];
  /** It rests on a document: the evidence is compulsory. */
  needsEvidence: boolean;
  /** At least two approve, whatever the amount. */
  needsTwo: boolean;
}

/** Of payouts. */
export const PAYOUT_CHOICES = [
  { target: 'mark_paid', basis: 'provider_success' },
  { target: 'mark_paid', basis: 'bank_proof' },
  { target: 'reject', basis: 'attempts_dead' },
  { target: 'reject', basis: 'provider_cancellation' },
  { target: 'retry_above_limit', basis: 'attempts_dead' },
] as const satisfies readonly Choice[];
export type PayoutTarget = (typeof PAYOUT_CHOICES)[number]['target'];
export type PayoutBasis = (typeof PAYOUT_CHOICES)[number]['basis'];

/** Of exemptions: so many days from the decision on. Domain section 7: at most 30. */
export const EXTENSION_CHOICES = [
  { target: 'extend', basis: 'days_7' },
  { target: 'extend', basis: 'days_14' },
  { target: 'extend', basis: 'days_21' },
  { target: 'extend', basis: 'days_30' },
] as const satisfies readonly Choice[];

/** Of a stretch of time and a promise's count. */
export const WINDOW_CHOICES = [
  { target: 'leave_out', basis: 'maintenance' },
  { target: 'leave_out', basis: 'bad_data' },
  { target: 'put_back', basis: 'counted_again' },
] as const satisfies readonly Choice[];

/** What an approver agrees to: exactly this. Its hash binds every vote. */
export interface Terms extends Choice {
  kind: string;
  tenantId: string;
  subject: Subject;
  amountMinor: string | null;
  currency: string | null;
  payeeRef: string | null;
  state: string;
  attempts: { attemptId: string; status: string; reference: string | null }[];
  endsOperationId: string | null;
  /** Who does not approve beside the requester, by their keys; absent: whose account it is says that. */
  barred?: readonly string[];
}

/** What differs from what was agreed to. Text key `overrides.changed.<what>`. */
export interface TermChange {
  what: 'state' | 'amount' | 'currency' | 'payee' | 'attempts' | 'operation' | 'condition' | 'gone';
  before: string;
  after: string;
}

/** Why so many approve. Text key `overrides.rule.<word>`; all that apply are kept, the strictest first. */
export const QUORUM_RULES = [
  'no_rate',
  'from_lead',
  'from_two',
  'high',
  'mark_paid',
  'document',
  'after_rejection',
  'extension',
  'extended_before',
  'slo_window',
  'small',
] as const;
export type QuorumRule = (typeof QUORUM_RULES)[number];

/** How many distinct people beside the requester, how many of them leads, and whether one of them is of security. */
export interface Quorum {
  needed: 1 | 2;
  leads: 0 | 1;
  /** Absent: nobody of security takes part. */
  security?: 1;
  rules: QuorumRule[];
  /** What the amount came to, other overrides of account and payee included; null: no rate. Minor units, as text. */
  sumReportingMinor: string | null;
  /** Of these overrides, without this one. */
  others: number;
}

export type ApproverRole = 'managers' | 'leads' | 'security';

/** Who holds what, as Slack ids. */
export interface Holders {
  managers: UserId[];
  leads: UserId[];
  /** Absent in versions that opened before they took part. */
  security?: UserId[];
}

/** One row of overrides. */
export interface Override {
  id: OverrideId;
  kind: string;
  tenantId: string;
  subject: Subject;
  state: OverrideState;
  version: number;
  target: string;
  basis: string;
  accountId: string | null;
  payeeRef: string | null;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
  requestedBy: string;
  requesterKey: string;
  requestedAt: Date;
  reasonCode: ReasonCode;
  reason: string;
  ticket: string;
  evidence: string;
  afterRejection: boolean;
  payoutId: PayoutId | null;
  findingId: FindingId | null;
  endsOperationId: string | null;
  operationId: string | null;
  approvedAt: Date | null;
  overAt: Date | null;
  overBy: string | null;
  overReason: string;
  failure: OverrideFailure | null;
  stateBefore: OverrideFacts | null;
  stateAfter: OverrideFacts | null;
  readBackAt: Date | null;
}

/** left_unknown: whether it was done is not known, and the platform knows our key no more; another override may end it. */
export type OverrideFailure = Omit<Refusal, 'means'> & { means: Refusal['means'] | 'left_unknown' };

/** One row of override_versions. */
export interface OverrideVersion {
  version: number;
  openedAt: Date;
  expiresAt: Date;
  remindHalfAt: Date;
  remindLastAt: Date;
  requestHash: string;
  terms: Terms;
  facts: OverrideFacts;
  quorum: Quorum;
  policyHash: string;
  holders: Holders;
  voidedAt: Date | null;
  changes: TermChange[] | null;
}

/** One row of override_votes. */
export interface Vote {
  version: number;
  personKey: string;
  userId: UserId;
  vote: 'approve' | 'reject';
  role: ApproverRole;
  /** Their own key, or that of whom they stand in for. */
  seat: string;
  noInterest: boolean;
  reason: string;
  votedAt: Date;
  lapsedAt: Date | null;
}

export const NOTICE_KINDS = [
  'remind_half',
  'remind_last',
  'voided',
  'approved',
  'rejected',
  'expired',
  'executed',
  'failed',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export function choiceKey({ target, basis }: Choice): string {
  return `${target}:${basis}`;
}
