import type { Pool, Tx } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import type { PagerEvent } from '../ports.ts';
import type { Escalation } from './types.ts';

export interface EscalationDeps {
  pool: Pool;
  policy: Policy;
  /** Asks, inside the transaction, that the pager is told. */
  page?(tx: Tx, now: Date, event: PagerEvent): Promise<unknown>;
  /** Somebody answered it, or it is over: whatever shows that asks to be drawn anew, in that transaction. */
  onAnswered?(tx: Tx, now: Date, escalation: Pick<Escalation, 'subject'>): Promise<void>;
  /** Counts levels that were told, once that is committed. */
  onTold?(severity: string): void;
}

export const ACTOR = 'job:escalation';
