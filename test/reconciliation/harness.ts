import { readFileSync } from 'node:fs';
import { signCurrentHead } from '../../src/audit/head.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { Pool } from '../../src/database/pool.ts';
import { newId, type TaskId } from '../../src/ids.ts';
import type { TaskContext, TaskKind } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import type { ReconciliationDeps, Trouble } from '../../src/reconciliation/deps.ts';
import { makeConfirmDriftsTask, makeReconcileTask } from '../../src/reconciliation/tasks.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';

export const log = makeLog('silent');

/** The example policy, with start_at before all data unless told. */
export function testPolicy(change: (text: string) => string = (text) => text): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  return parsePolicy(
    change(text.replace('reconciliation:\n', 'reconciliation:\n  start_at: 2025-01-01T00:00:00Z\n')),
  );
}

export interface House {
  ours: TestDatabase;
  /** The owner's pool is `finance.pool`; the app reads through `reader`. */
  finance: TestDatabase;
  reader: Pool;
  clock: TestClock;
  deps: ReconciliationDeps;
  digests: string[];
  /** Breaks of the opening balance, for each run that saw any. */
  openings: number[];
  troubles: Trouble[];
  /** Runs both steps of a slot's run, the clock moved on between them; gives the run's id. */
  reconcile(slot: string): Promise<string>;
  /** One step, as the runner would run it. */
  step<P>(kind: TaskKind<P>, payload: P, faults?: number, signal?: AbortSignal): Promise<void>;
  drop(): Promise<void>;
}

/** Both databases, and a runner without queue: what is tested is the work, not who calls it. */
export async function makeHouse(policy: Policy, at: string): Promise<House> {
  const ours = await createOurDatabase();
  const finance = await createFinanceDatabase();
  const reader = makeFinancePool(finance.url, { schema: 'finance', log });
  const clock = makeTestClock(at);
  const told = { digests: [] as string[], openings: [] as number[], troubles: [] as Trouble[] };
  const deps: ReconciliationDeps = {
    pool: ours.pool,
    finance: reader,
    policy,
    log,
    signHead: (tx, now) => signCurrentHead(tx, now, undefined),
    requestDigest: async (_tx, _now, run) => void told.digests.push(run.id),
    requestOpening: async (_tx, _now, { openingCount }) => {
      if (openingCount > 0) told.openings.push(openingCount);
    },
    checkAudit: async () => null,
    onTrouble: async (_tx, _now, run) => void told.troubles.push(run),
  };
  const step: House['step'] = async (kind, payload, faults = 0, signal = new AbortController().signal) => {
    const context: TaskContext = {
      taskId: newId<TaskId>(),
      key: 'test',
      faults,
      clock,
      log,
      signal,
      guard: async () => undefined,
    };
    await kind.run(context, kind.payload.parse(payload));
  };
  return {
    ours,
    finance,
    reader,
    clock,
    deps,
    ...told,
    step,
    async reconcile(slot) {
      const slotAt = new Date(slot).toISOString();
      await step(makeReconcileTask(deps), { slotAt });
      const { rows } = await ours.pool.query<{ id: string }>('select id from runs where slot_at = $1', [
        slotAt,
      ]);
      const runId = rows[0]?.id ?? '';
      clock.advance(2 * 60_000);
      await step(makeConfirmDriftsTask(deps), { runId });
      return runId;
    },
    async drop() {
      await reader.end();
      await Promise.all([ours.drop(), finance.drop()]);
    },
  };
}
