import { raiseAlert } from '../alerts/raise-alert.ts';
import type { Pool, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Slack } from '../ports.ts';
import type { ChannelOf } from './deps.ts';
import { failCard } from './fail-card.ts';
import { makeCardTask } from './project-card.ts';
import { makeFileTask } from './put-file.ts';
import type { CardKind } from './types.ts';

export interface CardsOptions {
  pool: Pool;
  slack: Slack;
  log: Log;
  kinds: readonly CardKind<unknown>[];
  channelOf: ChannelOf;
  /** The time limit of one call of `slack`, in milliseconds; 5,000 unless told. */
  callLimitMs?: number;
  /** While Slack is out of reach: when to look again instead of calling it. */
  waitUntil?(): Promise<Date | null>;
}

export interface Cards {
  /** For makeJobs. */
  taskKinds: TaskKind<unknown>[];
  /** For makeJobs: marks the card or file of a failed task, and raises the alert of any failed task. */
  onTaskFailed: (tx: Tx, failure: TaskFailure) => Promise<void>;
}

/** Puts the registered kinds of cards on the job runner. */
export function makeCards(options: CardsOptions): Cards {
  const kinds = new Map<string, CardKind<unknown>>();
  for (const kind of options.kinds) {
    assert(!kinds.has(kind.kind), `the card kind ${kind.kind} is registered twice`);
    kinds.set(kind.kind, kind);
  }
  const deps = { ...options, kinds, callLimitMs: options.callLimitMs ?? 5000, plain: new Set<string>() };
  return {
    taskKinds: [makeCardTask(deps), makeFileTask(deps)],
    onTaskFailed: async (tx, failure) => {
      if (await failCard(tx, failure, kinds)) return;
      await raiseAlert(tx, failure.at, {
        kind: 'task_failed',
        subject: { kind: 'job', id: failure.key },
        severity: 'sev2',
        args: { task: failure.kind, key: failure.key, error: failure.error },
        actor: `job:${failure.kind}`,
      });
    },
  };
}
