import type { z } from 'zod';
import type { Tx } from '../database/pool.ts';
import type { FaultCode } from '../errors.ts';
import type { TaskId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';

/** What one run of a task may use. */
export interface TaskContext {
  taskId: TaskId;
  key: string;
  /** Faults since the last success, 0 on the first run. */
  faults: number;
  clock: Clock;
  log: Log;
  /** Fires when the process is stopping or the run takes too long: finish or give up soon. */
  signal: AbortSignal;
  /**
   * Call first in every transaction of the task: locks the task's row and throws an `overtaken` fault when another
   * runner has claimed it since, so that what a stalled worker still does changes nothing.
   */
  guard(tx: Tx): Promise<void>;
}

/** How a run ended well: done, or wanted again at a moment of our Clock (a wait is not a fault). */
export type TaskOutcome = { state: 'done' } | { state: 'again'; at: Date };

export interface TaskKind<Payload> {
  kind: string;
  payload: z.ZodType<Payload>;
  /** Faults after which it fails for good and alerts; at least 2, since a killed process is not the task's fault. */
  maxFaults: number;
  /** Longest single run in real milliseconds; 30 minutes unless told. One that takes longer is a fault. */
  limitMs?: number;
  run(context: TaskContext, payload: Payload): Promise<TaskOutcome>;
}

export interface NewTask {
  kind: string;
  /** One live task per key: asking again moves a pending one earlier, or runs a running one once more. */
  key: string;
  payload: Record<string, unknown>;
  dueAt: Date;
}

/** One due moment of a schedule: it gives key, window and label. */
export interface Slot {
  schedule: string;
  slotAt: Date;
}

export interface Schedule {
  name: string;
  /** Five fields; computed by croner in `zone`. */
  cron: string;
  zone: string;
  /** What slots missed while the app was down become. */
  catchUp: 'each' | 'last' | 'none';
  /** A later moment makes up for a missed one, so nobody needs to be told. */
  isChore?: boolean;
  /** The slot is turned into its task this long before it is due; 0 for most. */
  leadMs: number;
  /** What the slot becomes; its key is always slotKey(slot), so that a slot is one task. */
  task(slot: Slot): Omit<NewTask, 'dueAt' | 'key'>;
}

/** A task that failed for good. */
export interface TaskFailure {
  taskId: TaskId;
  kind: string;
  key: string;
  payload: unknown;
  /** One line, fit for a log or a row. */
  error: string;
  /** The fault's code; `internal` for bugs and for errors that are no faults of ours. */
  code: FaultCode;
  /** On our Clock. */
  at: Date;
}

/** How one run of a task ended, as metrics count it. */
export type SettledAs = 'done' | 'again' | 'fault' | 'failed' | 'released' | 'overtaken';

export interface JobsHealth {
  /** The queue takes work and the last sweep was less than 15 s (real time) ago. */
  working: boolean;
  /** How long the oldest due task has waited, on our Clock, in milliseconds; 0 when none waits. */
  lagMs: number;
  /** Living processes on this database, this one included. */
  runners: number;
  /** All of them have the same policy. */
  samePolicy: boolean;
}

export interface PendingWork {
  /** Tasks that are due and not begun. */
  due: number;
  running: number;
  /** When the next waiting task falls due; later than now. */
  nextDueAt: Date | null;
}
