import type { Pool, Tx } from '../database/pool.ts';
import type { FollowDeps } from '../findings/deps.ts';
import type { FindingId } from '../ids.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';

/** What looking at payouts needs from around it; main wires it. */
export interface PayoutDeps extends FollowDeps {
  pool: Pool;
  /** For reports; may be a replica. */
  finance: Pool;
  policy: Policy;
  platform: Platform;
  /** Asks that the newest reports which show a finding show it anew. */
  refreshReports(tx: Tx, now: Date, finding: { findingId: FindingId; opening: boolean }): Promise<void>;
  /** Counted once it is committed. */
  onSeen?(what: 'opened' | 'over', count: number): void;
}

export const ACTOR = 'job:check-payouts';
