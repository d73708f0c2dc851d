import { z } from 'zod';
import { describeError } from '../errors.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { completeRun } from './complete-run.ts';
import { readKnown } from './read-known.ts';
import type { ReconciliationDeps } from './deps.ts';
import { readDriftedAccounts } from './drifts.ts';
import { checkRuns } from './fail-run.ts';
import { failing, guardOf, MAX_FAULTS } from './failing.ts';
import { readOpenSubjects } from './open-subjects.ts';
import { readRun, type Run } from './runs.ts';
import { scanFinance } from './scan.ts';
import { lookAgain } from './second-look.ts';
import { startSlotRun } from './start-run.ts';
import { storeRun } from './store-run.ts';
import { volumeDayOf } from './volume.ts';

const DONE: TaskOutcome = { state: 'done' };

const reconcilePayload = z.union([
  z.strictObject({ slotAt: z.iso.datetime() }),
  z.strictObject({ runId: z.uuid() }),
]);
const runPayload = z.strictObject({ runId: z.uuid() });
type ReconcilePayload = z.infer<typeof reconcilePayload>;

/** The first step of a run: makes it if need be, reads finance, stores what was seen. Each step may be repeated. */
export function makeReconcileTask(deps: ReconciliationDeps): TaskKind<ReconcilePayload> {
  return {
    kind: 'reconcile',
    payload: reconcilePayload,
    maxFaults: MAX_FAULTS,
    async run(context, payload) {
      const run =
        'slotAt' in payload
          ? await startSlotRun(deps, context.clock.now(), new Date(payload.slotAt), guardOf(context))
          : await readRun(deps.pool, payload.runId);
      if (run?.state !== 'scanning') return DONE;
      await failing(deps, context, run.id, () => scanAndStore(deps, context, run));
      return DONE;
    },
  };
}

/** The second step: R01 looks again at the wallets that differed, and the run is completed. */
export function makeConfirmDriftsTask(deps: ReconciliationDeps): TaskKind<{ runId: string }> {
  return {
    kind: 'confirm-drifts',
    payload: runPayload,
    maxFaults: MAX_FAULTS,
    async run(context, payload) {
      const run = await readRun(deps.pool, payload.runId);
      if (run?.state !== 'confirming') return DONE;
      await failing(deps, context, run.id, async () => {
        const now = context.clock.now();
        const accounts = await readDriftedAccounts(deps.pool, run.id);
        const drifts = await lookAgain(deps.finance, deps.policy, now, accounts);
        const audit = await deps.checkAudit?.(now);
        await completeRun(deps, context.clock.now(), run.id, { drifts, audit }, guardOf(context));
      });
      return DONE;
    },
  };
}

/** R26 every hour: a run that never came raises its finding too. */
export function makeCheckRunsTask(deps: ReconciliationDeps): TaskKind<Record<string, never>> {
  return {
    kind: 'check-runs',
    payload: z.strictObject({}),
    maxFaults: 5,
    async run(context) {
      await checkRuns(deps, context.clock.now());
      return DONE;
    },
  };
}

async function scanAndStore(deps: ReconciliationDeps, context: TaskContext, run: Run): Promise<void> {
  await deps.beforeScan?.(context).catch((error: unknown) => {
    context.log.warn({ error: describeError(error) }, 'a run stands on older answers of providers');
  });
  const observedAt = context.clock.now();
  const began = performance.now();
  const scan = await scanFinance(deps.finance, {
    policy: deps.policy,
    observedAt,
    volumeDay: volumeDayOf(run.label),
    window: { from: run.windowFrom, to: null },
    open: await readOpenSubjects(deps.pool, run.windowFrom),
    known: await readKnown(deps.pool, observedAt),
    pastDate: false,
    log: context.log,
    onProgress: (progress) => context.log.debug({ ...progress, run: run.id }, 'reconciling'),
  });
  const durationMs = Math.round(performance.now() - began);
  context.log.info({ run: run.id, durationMs, accounts: scan.accounts }, 'finance was read');
  await storeRun(deps, context.clock.now(), { run, scan, observedAt, durationMs }, guardOf(context));
}
