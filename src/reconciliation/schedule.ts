import type { Schedule } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { FULL_SCAN_TASK } from './fail-run.ts';

/** The daily run: it starts early enough for the second look of R01 to be over when the digest is due. */
export function makeDailySchedule(policy: Policy): Schedule {
  const { schedule, lead_minutes: leadMinutes } = policy.reconciliation;
  return {
    name: 'reconciliation.daily',
    cron: schedule.cron,
    zone: policy.business.time_zone,
    catchUp: schedule.catch_up,
    leadMs: leadMinutes * 60_000,
    task: ({ slotAt }) => ({
      kind: 'reconcile',
      payload: { slotAt: slotAt.toISOString() },
    }),
  };
}

/** Every wallet against its ledger, once a week. */
export function makeFullScanSchedule(policy: Policy): Schedule {
  const { cron, catch_up: catchUp } = policy.reconciliation.full_scan;
  return {
    name: 'reconciliation.full_scan',
    cron,
    zone: policy.business.time_zone,
    catchUp,
    leadMs: 0,
    task: ({ slotAt }) => ({ kind: FULL_SCAN_TASK, payload: { slotAt: slotAt.toISOString() } }),
  };
}

/** R26 looks at our runs every hour, a little after it. */
export function makeCheckRunsSchedule(policy: Policy): Schedule {
  return {
    name: 'reconciliation.check_runs',
    cron: '7 * * * *',
    isChore: true,
    zone: policy.business.time_zone,
    catchUp: 'last',
    leadMs: 0,
    task: () => ({ kind: 'check-runs', payload: {} }),
  };
}
