import type { AuditEntry } from '../audit/types.ts';
import type { Pool, Queryable, Tx } from '../database/pool.ts';
import type { FindingId, UserId } from '../ids.ts';
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
}
