import type { Pool, Tx } from '../database/pool.ts';
import type { TaskContext } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Checked, Operation } from './types.ts';

/** What carries operations out needs from around it; main wires it. */
export interface OperationDeps {
  pool: Pool;
  policy: Policy;
  platform: Platform;
  /** What safety may be read from: the primary, or a replica that keeps up. Throws finance_unavailable. */
  financePrimary(): Promise<Pool>;
  /** Whoever shows the payout, told in the transaction that changes the operation, before its audit row. */
  onChange(tx: Tx, now: Date, operation: Operation): Promise<void>;
  /**
   * What an operation of an override stands on, read again just before it is sent; main wires it where there are
   * overrides. Throws finance faults.
   */
  checkOverride?(run: Run, operation: Operation): Promise<Checked>;
  /** Counted once it is committed. */
  onSettled?(operation: Operation): void;
  log: Log;
}

/** One run of one operation's task. */
export interface Run {
  deps: OperationDeps;
  context: TaskContext;
}

export const ACTOR = 'job:operation';
