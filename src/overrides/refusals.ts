import type { OverrideId, UserId } from '../ids.ts';
import type { MessagePlace } from './models.ts';
import type { OverrideState, TermChange, Verdict } from './types.ts';

/** Why nothing was asked for, decided, renewed or canceled. Text key `overrides.refused.<why>`. */
export type OverrideRefusal =
  | { why: 'not_found' }
  /** Sent twice: the first one counts. */
  | { why: 'repeated' }
  /** One is open already about the same. */
  | { why: 'open_already'; overrideId: OverrideId; message: MessagePlace | null; by: string; at: Date }
  /** Nothing can be done by hand now; each with its reasons. */
  | { why: 'no_target'; verdicts: Verdict[] }
  /** Not this, any more. */
  | { why: 'not_offered'; reasons: readonly string[] }
  /** Too few people could approve it. */
  | {
      why: 'nobody_approves';
      needed: number;
      leads: number;
      eligible: number;
      eligibleLeads: number;
      /** Enough people could, but nobody of security beside the others. */
      lacksSecurity?: true;
    }
  /** Who holds which role could not be read. */
  | { why: 'roles_unread' }
  /** The money could not be read now. */
  | { why: 'unreadable' }
  | { why: 'ticket_missing'; pattern: string }
  | { why: 'reason_missing' }
  | { why: 'evidence_missing' }
  /** It was decided, or is over. */
  | { why: 'decided'; state: OverrideState; by: string | null; at: Date }
  /** The card is of an earlier version. */
  | { why: 'renewed'; version: number }
  /** What it was about has changed just now: the version is void. */
  | { why: 'changed'; changes: TermChange[] }
  | { why: 'expired'; at: Date }
  /** Those four are audited as refusals, and the last of all. */
  | { why: 'requester' }
  | { why: 'beneficiary' }
  | { why: 'not_eligible' }
  /** The role came after the version was opened. */
  | { why: 'role_new' }
  /** The seat is taken: by whom they stand in for, or by who stands in for them. */
  | { why: 'seat_taken'; by: UserId }
  | { why: 'voted'; vote: 'approve' | 'reject'; at: Date }
  | { why: 'not_yours'; requestedBy: string };

export type OverrideOutcome<Done> = ({ ok: true } & Done) | { ok: false; refusal: OverrideRefusal };
