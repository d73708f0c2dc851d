import type { AuditEntry } from '../audit/types.ts';
import type { Pool, Tx } from '../database/pool.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { Sli } from '../ports.ts';
import type { Episode, Slo, Slos } from './types.ts';

/** What service levels need from around them; main wires it. */
export interface SloDeps {
  pool: Pool;
  policy: Policy;
  log: Log;
  slos: Slos;
  /** Where each one is measured. */
  sourceOf(slo: Slo): Sli;
  /** Escalates a burn that pages, or a broken promise; in that transaction. One a promise at a time. */
  escalate(
    tx: Tx,
    now: Date,
    of: { slo: Slo; what: 'burn' | 'breach'; startedBy: string },
  ): Promise<AuditEntry[]>;
  /** It has recovered: what was escalated about it is over, unless its promise is still broken. */
  settle(tx: Tx, now: Date, of: { slo: Slo; by: string }): Promise<AuditEntry[]>;
  /** Counted once it is committed: opened, recovered, breached, reported, shared, left_out... */
  onChange?(word: string): void;
}

/** Which of them has this name; undefined: none. */
export function sloNamed({ all }: Slos, name: string): Slo | undefined {
  return all.find((slo) => slo.name === name);
}

/** The subject of rows and cards of an episode. */
export function episodeSubject({ id }: Pick<Episode, 'id'>) {
  return { kind: 'slo_episode' as const, id };
}
