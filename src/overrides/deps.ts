import type { Pool } from '../database/pool.ts';
import type { FindingsDeps } from '../findings/deps.ts';
import type { Log } from '../log.ts';
import type { People } from '../people/types.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { OverrideKinds } from './kind.ts';

/** What overrides need from around them; main wires it. */
export interface OverrideDeps {
  pool: Pool;
  policy: Policy;
  log: Log;
  kinds: OverrideKinds;
  /** Who voted before must still hold their role when the quorum is reached. */
  people: Pick<People, 'identify'>;
  /** Whoever rests on findings, for the one that it was asked from. */
  findings?: Pick<FindingsDeps, 'afterFindings' | 'refreshReports'>;
  /** For how long the platform remembers a key of an action, in milliseconds. */
  platform: Pick<Platform, 'keepsMs'>;
  /** Counted once it is committed: asked, approved, rejected, voided, executed, failed... */
  onChange?(word: string): void;
}

export const ACTOR = 'job:override';
export const OVERRIDE_TASK = 'override';
