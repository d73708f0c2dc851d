import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { AUDIT_SUBJECT, checkAudit } from '../reconciliation/rules/r27-audit-chain.ts';
import { signCurrentHead } from '../audit/head.ts';
import { parseSigningKey } from '../audit/keys.ts';
import { refreshCards, requestCard } from '../cards/request-card.ts';
import type { Config } from '../config.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { OPENING, OPENING_CARD } from '../findings/adopt-opening.ts';
import type { FollowDeps } from '../findings/deps.ts';
import type { Observation } from '../findings/types.ts';
import type { Subject } from '../ids.ts';
import type { Schedule, TaskFailure, TaskKind } from '../jobs/types.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { ReconciliationDeps } from '../reconciliation/deps.ts';
import { failRunOfTask } from '../reconciliation/fail-run.ts';
import { DIGEST_CARD } from '../reconciliation/refresh-reports.ts';
import { makeFullScanTask } from '../reconciliation/full-scan.ts';
import {
  makeCheckRunsSchedule,
  makeDailySchedule,
  makeFullScanSchedule,
} from '../reconciliation/schedule.ts';
import { startManualFullScan } from '../reconciliation/start-full-scan.ts';
import { startManualRun, type ManualRun } from '../reconciliation/start-manual-run.ts';
import { makeCheckRunsTask, makeConfirmDriftsTask, makeReconcileTask } from '../reconciliation/tasks.ts';

const DIGEST_CHANNEL = 'finance-ops';
/** What an alert about runs of a kind is about. */
const runsOf = (kind: 'daily' | 'full'): Subject => ({ kind: 'reconciliation', id: kind });

export interface Reconciliation {
  taskKinds: TaskKind<unknown>[];
  schedules: Schedule[];
  /** Starts a run for a person, one of a kind at a time. */
  startRun(
    now: Date,
    request: { actor: string; requestId: string; kind?: 'daily' | 'full' },
  ): Promise<ManualRun>;
  /** In the transaction that gives a task up: a run of it has failed, and its digest says so. */
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<void>;
}

/** The daily reconciliation with its digest, opening balance, audit head and alerts, and the weekly full scan. */
export function makeReconciliation(options: {
  pool: Pool;
  finance: Pool;
  policy: Policy;
  config: Config;
  log: Log;
  /** What rests on findings, told in the transaction that changes them. */
  afterFindings: NonNullable<FollowDeps['afterFindings']>;
  beforeScan: NonNullable<ReconciliationDeps['beforeScan']>;
}): Reconciliation {
  const { pool, policy, config } = options;
  const key = config.AUDIT_SIGNING_KEY === undefined ? undefined : parseSigningKey(config.AUDIT_SIGNING_KEY);
  const deps: ReconciliationDeps = {
    pool,
    finance: options.finance,
    policy,
    log: options.log,
    afterFindings: options.afterFindings,
    beforeScan: options.beforeScan,
    signHead: (tx, now) => signCurrentHead(tx, now, key),
    requestDigest: (tx, now, { id, notBefore }) =>
      requestReport(tx, now, { kind: DIGEST_CARD, subject: { kind: 'reconciliation', id }, notBefore }),
    requestOpening: async (tx, now, { openingCount, notBefore }) => {
      // One card for good: posted with the first run that sees any, rewritten by every later one.
      if (openingCount === 0) return await refreshCards(tx, now, { kind: OPENING_CARD, subject: OPENING });
      await requestReport(tx, now, { kind: OPENING_CARD, subject: OPENING, notBefore });
    },
    checkAudit: (now) => lookAtAudit(pool, now),
    onTrouble: async (tx, now, run) => {
      await raiseAlert(tx, now, {
        kind: 'run_failed',
        subject: runsOf(run.kind),
        severity: 'sev2',
        args: { label: run.label, state: run.state, error: run.error },
        actor: 'job:reconcile',
      });
    },
    onComplete: async (tx, now, { kind }) => {
      await resolveAlert(tx, now, { kind: 'run_failed', subject: runsOf(kind), actor: 'job:reconcile' });
    },
  };
  return {
    taskKinds: [
      anyPayload(makeReconcileTask(deps)),
      anyPayload(makeConfirmDriftsTask(deps)),
      anyPayload(makeCheckRunsTask(deps)),
      anyPayload(makeFullScanTask(deps)),
    ],
    schedules: [makeDailySchedule(policy), makeCheckRunsSchedule(policy), makeFullScanSchedule(policy)],
    startRun: (now, { kind = 'daily', ...request }) =>
      kind === 'full' ? startManualFullScan(deps, now, request) : startManualRun(deps, now, request),
    onTaskFailed: (tx, failure) => failRunOfTask(tx, deps, failure),
  };
}

async function requestReport(
  tx: Tx,
  now: Date,
  report: { kind: string; subject: Subject; notBefore: Date | null },
): Promise<void> {
  const { notBefore, ...card } = report;
  await requestCard(tx, now, {
    ...card,
    channel: DIGEST_CHANNEL,
    ...(notBefore === null ? {} : { notBefore }),
  });
}

/** R27, and its alert: a broken log is told at once, and not only in the digest. */
async function lookAtAudit(pool: Pool, now: Date): Promise<Observation | null> {
  const head = await readLastHead(pool);
  const broken = await checkAudit(pool, now, head === null ? {} : { head });
  await withTransaction(pool, async (tx) => {
    if (broken === null) {
      await resolveAlert(tx, now, { kind: 'audit_broken', subject: AUDIT_SUBJECT });
      return;
    }
    const { row, problem } = broken.evidence.args;
    await raiseAlert(tx, now, {
      kind: 'audit_broken',
      subject: AUDIT_SUBJECT,
      severity: 'sev1',
      args: { seq: Number(row), problem: String(problem as string) },
    });
  });
  return broken;
}

/** The head of the newest digest, as rows have it; the proof against whoever can change rows is the digest itself. */
async function readLastHead(pool: Pool): Promise<string | null> {
  const { rows } = await pool.query<{ audit_head: string }>(
    'select audit_head from runs where audit_head is not null order by settled_at desc limit 1',
  );
  return rows[0]?.audit_head ?? null;
}

/** The runner parses a payload with the kind's own schema before it hands it over. */
function anyPayload<Payload>(kind: TaskKind<Payload>): TaskKind<unknown> {
  return kind as TaskKind<unknown>;
}
