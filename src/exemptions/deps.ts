import type { AuditEntry } from '../audit/types.ts';
import type { Pool, Tx } from '../database/pool.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { SlackDirectory } from '../ports.ts';
import type { Exemption } from './types.ts';

/** What exemptions need from around them; main wires it. */
export interface ExemptionDeps {
  pool: Pool;
  policy: Policy;
  log: Log;
  /** Who owners are: with a short time limit for clicks, a longer one for jobs. */
  directory: Pick<SlackDirectory, 'user'>;
  /** Escalates one that is past its deadline, or whose third extension was wanted; in that transaction. */
  escalate(tx: Tx, now: Date, of: { exemption: Exemption; startedBy: string }): Promise<AuditEntry[]>;
  /** It is closed, or has more time: what was escalated about it is over. */
  settle(
    tx: Tx,
    now: Date,
    of: { exemption: Exemption; by: string; how: 'closed' | 'extended' },
  ): Promise<AuditEntry[]>;
  /** Counted once it is committed: added, handed_in, closed, refused, reassigned, extended, nagged... */
  onChange?(word: string): void;
}

export const ACTOR = 'job:exemption';
export const EXEMPTION_TASK = 'exemption';

/** Key and payload of an exemption's one task, which reminds, escalates, and looks for owners who left. */
export function taskOf(id: string, dueAt: Date) {
  return { kind: EXEMPTION_TASK, key: `exemption:${id}`, payload: { id }, dueAt };
}
