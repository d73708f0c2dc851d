import type { Pool } from '../database/pool.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { Clock, SlackDirectory } from '../ports.ts';
import type { Refused } from './types.ts';

export interface PeopleDeps {
  pool: Pool;
  clock: Clock;
  log: Log;
  policy: Policy;
  /** For the background: it may take seconds. */
  directory: SlackDirectory;
  /** For a click: one try, and no longer than a click has. */
  quickDirectory: SlackDirectory;
  /** The workspace that the app is installed in; '' where the server does not say. Faults are those of `Slack`. */
  ourTeamId(): Promise<string>;
  /** Counts every refusal, also those that the audit log does not hear of. */
  onRefused?(why: Refused): void;
}

/** What the background and a click share within one process. */
export interface PeopleState extends PeopleDeps {
  /** When this process began, by the database's clock. */
  since(): Promise<Date>;
  /** Nothing new is begun any more: a Slack that hangs must not hold up the end of the process. */
  isStopping(): boolean;
  /** Lets work go on after its caller was answered; `stop` waits for it. */
  later(what: string, work: Promise<unknown>): void;
}
