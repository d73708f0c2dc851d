import type { Pool, Queryable, Tx } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { SlackDirectory } from '../ports.ts';
import type { Action } from './types.ts';

/** A noun whose reviews or reports lead to actions; registered by main, since it lies higher. */
export interface ActionSource {
  kind: Subject['kind'];
  series: string;
  exists(db: Queryable, id: string): Promise<boolean>;
  /** Asks that whatever lists this action is shown again; in the transaction that changes it. */
  show(tx: Tx, now: Date, action: Action): Promise<void>;
}

/** What actions need from around them; main wires it. */
export interface ActionDeps {
  pool: Pool;
  policy: Policy;
  log: Log;
  /** Who owners are: with a short time limit for clicks, a longer one for jobs. */
  directory: Pick<SlackDirectory, 'user'>;
  sources: readonly ActionSource[];
  /** Counted once it is committed: added, done, dropped. */
  onChange?(word: string): void;
}

export const ACTION_TASK = 'action';

/** Key and payload of the one task that reminds an action's owner. */
export function taskOf(id: string, dueAt: Date) {
  return { kind: ACTION_TASK, key: `action:${id}`, payload: { id }, dueAt };
}

/** Undefined: no noun of this kind has actions. */
export function sourceOf({ sources }: Pick<ActionDeps, 'sources'>, kind: string): ActionSource | undefined {
  return sources.find((source) => source.kind === kind);
}
