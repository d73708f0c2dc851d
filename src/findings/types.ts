import type { AccountId, FindingId, RunId, Subject, TenantId } from '../ids.ts';

export const RISK_CLASSES = ['LOW', 'MED', 'HIGH'] as const;
export type RiskClass = (typeof RISK_CLASSES)[number];

export type SuggestedAction = 'retry' | 'recheck' | 'manual_review' | 'escalate' | 'wait' | 'rerun' | 'none';

export type FindingState = 'open' | 'resolved' | 'accepted';

/** A payout, or a deposit, has one finding at a time, whatever rule speaks of it now (R19 becomes R20 with age). */
export type FindingFamily = 'payout' | 'deposit';

/**
 * One argument of an evidence text. Strings are foreign text and are escaped, scrubbed and cut when shown; money is
 * shown in the reader's language; an account is masked to its last four characters outside Review.
 */
export type EvidenceValue =
  | string
  | number
  | { money: { minor: string; currency: string } }
  | { at: string }
  | { account: string };

/** `key` names the text `findings.evidence.<key>`, for example "R19.pending". */
export interface Evidence {
  key: string;
  args: Record<string, EvidenceValue>;
}

/** One thing that does not agree, as a rule sees it now: not yet a finding, which has a history. */
export interface Observation {
  rule: string;
  family: FindingFamily | null;
  tenantId: TenantId;
  subject: Subject;
  accountId: AccountId | null;
  provider: string | null;
  currency: string | null;
  /** Minor units of `currency`, never negative; null where the rule has no amount. */
  amountMinor: bigint | null;
  /** Minor units of the reporting currency; null when no rate is known. */
  amountReportingMinor: bigint | null;
  class: RiskClass;
  action: SuggestedAction;
  evidence: Evidence;
  causeKey: string;
  occurredAt: Date;
}

/** A finding: an observation that is kept, with its first sight, owner and history. */
export interface Finding extends Observation {
  id: FindingId;
  key: string;
  opening: boolean;
  state: FindingState;
  owner: string | null;
  acceptedUntil: Date | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  resolvedAt: Date | null;
  lastRunId: RunId | null;
}
