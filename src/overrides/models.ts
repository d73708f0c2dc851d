import type { OverrideId, UserId } from '../ids.ts';
import type { OperationState } from '../operations/types.ts';
import type {
  NoticeKind,
  Override,
  OverrideFacts,
  OverrideState,
  OverrideVersion,
  Quorum,
  Verdict,
  Vote,
} from './types.ts';

/** Everything that its card, its line and its notices show. */
export interface OverrideModel {
  override: Override;
  /** The newest. */
  version: OverrideVersion;
  /** Of the newest version, in order. */
  votes: Vote[];
  /** Of earlier versions that were void: how many votes were cleared. */
  clearedVotes: number;
  tenantName: string;
  reportingCurrency: string;
  timeZone: string;
  /** Who may approve now, requester and beneficiary left out; `isUnknown`: could not be read yet. */
  approvers: { userIds: UserId[]; leadIds: UserId[]; securityIds?: UserId[]; isUnknown: boolean };
  /** Null: nobody knows whose account it is, so each approver says that they have no interest. */
  beneficiary: { key: string; userIds: UserId[] } | null;
  /** What carries it out. */
  operation: { id: string; state: OperationState; trouble: string | null } | null;
  /** Its own message, and the one in whose thread it was asked for. */
  message: MessagePlace | null;
  origin: MessagePlace | null;
  /** Of the policy: what the tiers are, in the reporting currency. */
  tiers: { twoFrom: string; leadFrom: string };
}

export interface MessagePlace {
  channelId: string;
  ts: string;
  threadTs: string | null;
}

export interface NoticeModel extends OverrideModel {
  notice: { kind: NoticeKind; at: Date; version: number };
}

/** What the modal that asks for one is drawn from. */
export interface FormModel {
  facts: OverrideFacts;
  verdicts: Verdict[];
  /** By `choiceKey`, of those that hold: who would have to approve. */
  quorums: Record<string, Quorum>;
  /** By `choiceKey`: it holds, yet too few people could approve it. */
  unreachable: string[];
  beneficiary: OverrideModel['beneficiary'];
  /** The person who asks is the beneficiary. */
  isOwn: boolean;
  tenantName: string;
  reportingCurrency: string;
  timeZone: string;
  ticketPattern: string;
  /** Providers were asked just now, or could not be. */
  askedNow: boolean;
  now: Date;
}

/** One line of what waits to be decided or carried out. */
export interface OpenOverride {
  id: OverrideId;
  kind: string;
  tenantId: string;
  subjectId: string;
  /** EX-3, LO-7: as people call it; absent: it is about a payment. */
  name?: string;
  target: string;
  basis: string;
  amountMinor: bigint | null;
  currency: string | null;
  state: OverrideState;
  version: number;
  approvals: number;
  needed: number;
  expiresAt: Date;
  requestedBy: string;
  /** Who has approved the version. */
  votedBy: UserId[];
  message: { channelId: string; ts: string; threadTs: string | null } | null;
  /** To its message; whoever knows the workspace fills it in. */
  link: string | null;
}

/** Where the newest override of a payment stands, for the lines about it. */
export interface OverrideLine {
  id: OverrideId;
  state: OverrideState;
  target: string;
  version: number;
  at: Date;
  /** Votes that count, of so many. */
  approvals: number;
  needed: number;
  message: MessagePlace | null;
}
