import type { Pool, Tx } from '../database/pool.ts';
import type { FollowDeps } from '../findings/deps.ts';
import type { Observation } from '../findings/types.ts';
import type { RunId } from '../ids.ts';
import type { TaskContext } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { RunProblem } from './run-problems.ts';
import type { Run } from './runs.ts';

/** What a run needs from above it; main.ts wires it. */
export interface ReconciliationDeps extends FollowDeps {
  pool: Pool;
  finance: Pool;
  policy: Policy;
  log: Log;
  /** The audit log's head, signed, as text; called after the transaction's last audit row. */
  signHead(tx: Tx, now: Date): Promise<string>;
  /** Before the money is read: what the report stands on besides it is brought up to date. A fault of it ends no run. */
  beforeScan?(context: TaskContext): Promise<void>;
  /** Asks for the run's card (digest, or full scan), in the transaction that settles the run. */
  requestDigest(tx: Tx, now: Date, run: { id: RunId; notBefore: Date | null }): Promise<void>;
  /** Lets the one card of the opening balance show what the run saw of it; none is made while there is none to show. */
  requestOpening?(tx: Tx, now: Date, run: { openingCount: number; notBefore: Date | null }): Promise<void>;
  /** R27: what is broken in the audit log, or null. Without it R27 is reported as not run. */
  checkAudit?(now: Date): Promise<Observation | null>;
  /** Told, in the same transaction, of a run that failed or was partial. */
  onTrouble?(tx: Tx, now: Date, run: Trouble): Promise<void>;
  /** Told, in the same transaction, of a complete run: what alerted is over. */
  onComplete?(tx: Tx, now: Date, run: { id: RunId; label: string; kind: Run['kind'] }): Promise<void>;
}

export interface Trouble {
  id: RunId;
  label: string;
  kind: Run['kind'];
  state: 'partial' | 'failed';
  error: RunProblem;
}

export const ACTOR = 'job:reconcile';
