import type { AuditEntry } from '../audit/types.ts';
import type { Pool, Queryable, Tx } from '../database/pool.ts';
import type { FindingId, UserId } from '../ids.ts';
import type { OperationAction, OperationState } from '../operations/types.ts';
import type { Policy } from '../policy.ts';
import type { Change } from './act-types.ts';

/** Where an escalation about a finding's cause stands, for the line in Review. */
export interface EscalationLine {
  id: string;
  state: 'open' | 'acknowledged';
  /** The level that was told last, from 1 on. */
  level: number;
  ackedBy: UserId | null;
  /** To its message, when it stands in Slack. */
  link: string | null;
}

/** A payment by which a payout is known, in findings as in episodes. */
export interface PaymentKey {
  tenantId: string;
  transactionId: string;
}

/** Where the newest episode of a payout stands, for the lines and buttons of a finding about it. */
export interface PayoutLine {
  payoutId: string;
  /** What a button pressed now must carry. */
  intentNo: number;
  /** A retry is safe, the platform offers it, and nothing is under way. */
  offersRetry: boolean;
  /** Something may be asked to be done by hand, as far as the last look knows, and nobody has yet. */
  offersOverride: boolean;
  isOpen: boolean;
  /** Under way, else the newest that is over. */
  operation: { action: OperationAction; state: OperationState; by: string; at: Date } | null;
  /** Its alert, or that of its group, when it stands in Slack. */
  message: { channelId: string; ts: string } | null;
  override: OverrideLine | null;
}

/** The newest request to do something about a payment by hand. */
export interface OverrideLine {
  id: string;
  state:
    | 'open'
    | 'void'
    | 'approved'
    | 'executing'
    | 'executed'
    | 'failed'
    | 'rejected'
    | 'expired'
    | 'canceled';
  target: string;
  /** Votes that count, of so many. */
  approvals: number;
  needed: number;
  /** Its card, once it stands in Slack. */
  message: { channelId: string; ts: string; threadTs: string | null } | null;
}

/** Where payouts stand, by payoutKey; those that never were stuck or failed are not in it. */
export type PayoutsOf = (
  db: Queryable,
  payments: readonly PaymentKey[],
) => Promise<ReadonlyMap<string, PayoutLine>>;

/** One text for a payment: a transaction's id is unique within its tenant only. */
export function payoutKey({ tenantId, transactionId }: PaymentKey): string {
  return JSON.stringify([tenantId, transactionId]);
}

/** Whoever rests on findings, told in the transaction that changes them. */
export interface FollowDeps {
  /** Derives what follows from the findings as they are now; its audit rows are appended with the change's. */
  afterFindings?(tx: Tx, now: Date): Promise<AuditEntry[]>;
}

/** What acts on findings need from above; main wires it. */
export interface FindingsDeps extends FollowDeps {
  pool: Pool;
  policy: Policy;
  /** Asks that the newest reports that show the finding show it anew. */
  refreshReports(tx: Tx, now: Date, finding: { findingId: FindingId; opening: boolean }): Promise<void>;
  /** A person did something about the finding; its audit rows are appended with the act's. */
  onActivity?(
    tx: Tx,
    now: Date,
    /** `undoneFrom`: when the act was done that this one takes back. */
    activity: { findingId: FindingId; causeKey: string; undoneFrom: Date | null },
  ): Promise<AuditEntry[]>;
  /** Counted once it is committed. */
  onAct?(change: Change): void;
  escalationOf?(db: Queryable, finding: { id: FindingId; causeKey: string }): Promise<EscalationLine | null>;
  /** Without it findings about payouts carry no line and no button of theirs. */
  payoutsOf?: PayoutsOf;
  /** A link to a message of ours; null where the server does not say what links begin with. */
  linkTo?(message: { channelId: string; ts: string; threadTs?: string | null }): Promise<string | null>;
}
