import type { AccountId, FindingId, RunId, Subject, TenantId, UserId } from '../ids.ts';
import type { AcceptanceState } from './acceptance-store.ts';
import type { FindingState, RiskClass, SuggestedAction } from './types.ts';

/** What a person may do with a finding; the first that is possible is what Review suggests. */
export const ACTS = ['resolve', 'assign', 'accept', 'reopen'] as const;
export type Act = (typeof ACTS)[number];

/** Why somebody closed a finding. Text key `findings.reason.<word>`. */
export const REASONS = [
  'corrected',
  'provider_confirmed',
  'timing',
  'false_alarm',
  'known',
  'being_handled',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

/** Longest note of a person, in code points. */
export const NOTE_LIMIT = 1_000;
/** How long an act may be undone. */
export const UNDO_MS = 60_000;
/** A finding is accepted for so many days at most. */
export const MOST_ACCEPTED_DAYS = 30;

/** What changed in a finding's history. Text key `findings.history.<word>`. */
export const CHANGES = [
  'opened',
  'changed',
  'resolved',
  'reopened',
  'accepted',
  'assigned',
  'proposed',
  'withdrawn',
  'rejected',
  'overtaken',
  'confirmed',
  'adopted',
  'undone',
] as const;
export type Change = (typeof CHANGES)[number];

/** What people change of a finding, and what undoing restores. */
export interface Standing {
  state: FindingState;
  owner: string | null;
  acceptedUntil: Date | null;
  resolvedAt: Date | null;
  closedBy: string | null;
  closedReason: string | null;
  closedAt: Date | null;
  confirmedAt: Date | null;
}

/** The newest row of a finding's history. */
export interface LastChange {
  seq: number;
  change: Change;
  actor: string;
  at: Date;
  /** Set when a person may undo it: what stood before. */
  before: Standing | null;
}

/** A finding as an act finds it. */
export interface ActedFinding extends Standing {
  id: FindingId;
  rule: string;
  tenantId: TenantId;
  subject: Subject;
  accountId: AccountId | null;
  class: RiskClass;
  action: SuggestedAction;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
  causeKey: string;
  opening: boolean;
  lastRunId: RunId | null;
  last: LastChange;
}

/** What the person had before their eyes when they decided. */
export interface Seen {
  state: FindingState;
  owner: string | null;
  /** askedHash of what was shown. */
  asked: string;
}

/** Who acts: all Slack ids of one person have one key. */
export interface ActingPerson {
  userId: UserId;
  key: string;
}

export interface ActRequest {
  findingId: string;
  person: ActingPerson;
  /** Slack's trigger id: what is sent again changes nothing. */
  requestId: string;
  seen: Seen;
  /** '' for none; at most NOTE_LIMIT code points. */
  note: string;
  reason: Reason;
}

/** Why an act changed nothing. */
export type ActRefusal =
  | { why: 'not_found' }
  /** Sent twice: the first one counts. */
  | { why: 'repeated' }
  /** Somebody (or a run) was there first: it stands otherwise than it was shown. */
  | { why: 'meanwhile'; change: Change; state: FindingState; by: string; at: Date }
  /** Rule, class or amount are not what was shown. */
  | { why: 'another' }
  | { why: 'yours_already' }
  | { why: 'not_now'; state: FindingState }
  | { why: 'proposed_already'; by: string; at: Date }
  /** The proposal isn't open any more. */
  | { why: 'decided'; state: Exclude<AcceptanceState, 'proposed'>; by: string; at: Date }
  | { why: 'own_proposal' }
  | { why: 'date_past' }
  | { why: 'date_far' }
  | { why: 'undo_late' }
  | { why: 'undo_not_yours' }
  | { why: 'undo_overtaken' };

/** What an act of a person may have done. Text key `findings.acted.<word>`. */
export type ActChange = Extract<
  Change,
  'resolved' | 'accepted' | 'assigned' | 'reopened' | 'proposed' | 'withdrawn' | 'rejected' | 'undone'
>;

export interface Acted {
  ok: true;
  finding: ActedFinding;
  change: ActChange;
  /** Of the history row: what undo names. */
  seq: number;
  /** accepted and proposed: the last instant's successor. */
  until: Date | null;
}

export type ActOutcome = Acted | { ok: false; refusal: ActRefusal };
