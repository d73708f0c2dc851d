import type { Config } from '../config.ts';
import type { Pool } from '../database/pool.ts';
import type { FindingsDeps } from '../findings/deps.ts';
import type { Schedule, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Operation } from '../operations/types.ts';
import { makeCheckOverride } from '../overrides/check-override.ts';
import type { OverrideKinds } from '../overrides/kind.ts';
import { makePayoutKind } from '../overrides/payout-kind.ts';
import type { PayoutDeps } from '../payouts/deps.ts';
import { makePruneAnswersSchedule, makePruneAnswersTask } from '../platform/prune-answers.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';
import { composeOperations, type OperationParts } from './operations.ts';
import { followOverrideOperation, payoutOverrides } from './overrides.ts';
import { composePayouts, type PayoutParts } from './payouts.ts';
import { composePlatform } from './platform.ts';

export interface MoneyParts {
  platform: Platform;
  /** What may be done by hand. */
  overrideKinds: OverrideKinds;
  operations: OperationParts;
  payouts: PayoutParts;
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  close(): Promise<void>;
}

/** What stands still, what may be done about it, and the one way to the payment platform. */
export function composeMoney(options: {
  pool: Pool;
  /** What reports read. */
  finance: Pool;
  config: Config;
  policy: Policy;
  clock: Clock;
  log: Log;
  afterFindings: NonNullable<PayoutDeps['afterFindings']>;
  escalationOf: NonNullable<FindingsDeps['escalationOf']>;
  onSeen: NonNullable<PayoutDeps['onSeen']>;
  onSettled(operation: Operation): void;
}): MoneyParts {
  const { pool, policy, log } = options;
  const { platform, financePrimary, close } = composePlatform(options);
  const kind = makePayoutKind({
    pool,
    policy,
    platform,
    financePrimary,
    clock: options.clock,
    onChange: (tx, now, operation) => payouts.afterOperation(tx, now, operation),
  });
  const overrideKinds: OverrideKinds = new Map([[kind.kind, kind]]);
  const payouts = composePayouts({ ...options, platform, overrides: payoutOverrides({ kind, platform }) });
  const operations = composeOperations({
    pool,
    policy,
    platform,
    financePrimary,
    log,
    checkOverride: makeCheckOverride({ pool, kinds: overrideKinds }),
    async onChange(tx, now, operation) {
      // The override's task before the payout's messages, as the override itself locks them.
      await followOverrideOperation(tx, now, operation);
      await payouts.afterOperation(tx, now, operation);
    },
    onSettled: (operation) => options.onSettled(operation),
  });
  return {
    platform,
    overrideKinds,
    operations,
    payouts,
    taskKinds: [
      ...operations.taskKinds,
      ...payouts.taskKinds,
      makePruneAnswersTask(pool) as TaskKind<unknown>,
    ],
    schedules: [...payouts.schedules, makePruneAnswersSchedule(policy.business.time_zone)],
    close,
  };
}
