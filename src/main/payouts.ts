import { renderPayoutGroup } from '../../blocks/payouts-group.ts';
import { renderPayout } from '../../blocks/payouts.ts';
import type { CardKind } from '../cards/types.ts';
import type { Pool, Queryable, Tx } from '../database/pool.ts';
import type { FindingsDeps, PaymentKey, PayoutLine } from '../findings/deps.ts';
import type { Schedule, TaskContext, TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Operation } from '../operations/types.ts';
import { followEscalation, followOperation } from '../payouts/follow-changes.ts';
import { failCheck, makeCheckPayoutsSchedule, makeCheckPayoutsTask } from '../payouts/check-payouts.ts';
import type { PayoutDeps } from '../payouts/deps.ts';
import { loadGroup } from '../payouts/load-group.ts';
import { loadPayout, type ShowDeps } from '../payouts/load-payout.ts';
import { askAhead } from '../payouts/look.ts';
import { makeLookTask } from '../payouts/look-at-payout.ts';
import type { PayoutOverrides } from '../payouts/payout-overrides.ts';
import { readPayoutLines } from '../payouts/payouts-of.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD, type PayoutGroupModel, type PayoutModel } from '../payouts/types.ts';
import type { Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';
import { refreshReports } from '../reconciliation/refresh-reports.ts';
import { refreshRisks } from '../slo/refresh-risk.ts';

export interface PayoutParts {
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  /** For handlers and messages: what showing one needs. */
  show: ShowDeps;
  /** For whoever changes an operation, inside that transaction, before its audit row. */
  afterOperation(tx: Tx, now: Date, operation: Operation): Promise<void>;
  /** A person has told somebody of a payout: its message says so. */
  onEscalated(payoutId: string, now: Date): Promise<void>;
  /** For reports: the providers are asked before the money is read. */
  askAhead(context: TaskContext): Promise<void>;
  /** Before whoever raises the alert of a failed task; true where it is told here. */
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<boolean>;
  /** For findings. */
  payoutsOf(db: Queryable, payments: readonly PaymentKey[]): Promise<ReadonlyMap<string, PayoutLine>>;
}

/** Seeing stuck and failed payouts, and following what is done about them. */
export function composePayouts(options: {
  pool: Pool;
  finance: Pool;
  policy: Policy;
  platform: Platform;
  clock: Clock;
  afterFindings: NonNullable<PayoutDeps['afterFindings']>;
  onSeen?: NonNullable<PayoutDeps['onSeen']>;
  escalationOf?: NonNullable<FindingsDeps['escalationOf']>;
  overrides?: PayoutOverrides;
}): PayoutParts {
  const { clock, escalationOf, overrides, ...given } = options;
  const { pool, policy, platform } = given;
  const deps: PayoutDeps = {
    ...given,
    async refreshReports(tx, now, finding) {
      await refreshReports(tx, now, finding);
      await refreshRisks(tx, now);
    },
  };
  return {
    taskKinds: [makeCheckPayoutsTask(deps) as TaskKind<unknown>, makeLookTask(deps) as TaskKind<unknown>],
    schedules: [makeCheckPayoutsSchedule(policy)],
    show: {
      policy,
      platform,
      ...(overrides === undefined ? {} : { overrides }),
      ...(escalationOf === undefined ? {} : { escalationOf }),
    },
    afterOperation: (tx, now, operation) => followOperation(tx, deps, now, operation),
    askAhead: (context) => askAhead(deps, context),
    onEscalated: (payoutId, now) => followEscalation(pool, now, payoutId),
    onTaskFailed: failCheck,
    payoutsOf: (db, payments) => readPayoutLines(db, clock.now(), payments, overrides),
  };
}

/** The message about one payout, and the one that stands for many of one cause. */
export function payoutCards(deps: ShowDeps): CardKind<unknown>[] {
  const own: CardKind<PayoutModel> = {
    kind: PAYOUT_CARD,
    load: (db, card) => loadPayout(db, card.subject.id, deps),
    render: renderPayout,
  };
  const group: CardKind<PayoutGroupModel> = {
    kind: PAYOUT_GROUP_CARD,
    load: (db, card) => loadGroup(db, card.subject.id, deps.policy),
    render: renderPayoutGroup,
  };
  return [own, group] as CardKind<unknown>[];
}
