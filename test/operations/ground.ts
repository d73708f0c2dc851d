import { afterAll, beforeAll, beforeEach } from 'vitest';
import { readOwnOperations } from '../../src/operations/own-operations.ts';
import type { OperationDeps } from '../../src/operations/deps.ts';
import type { AppError } from '../../src/errors.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { requestOperation } from '../../src/operations/request-operation.ts';
import { makeOperationTask } from '../../src/operations/run-operation.ts';
import { readOperation } from '../../src/operations/store.ts';
import type { Operation, OperationState } from '../../src/operations/types.ts';
import type { TaskId } from '../../src/ids.ts';
import type { Pool } from '../../src/database/pool.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { insertEpisode } from './episode.ts';
import { Killed, makeScriptedPlatform, type ScriptedPlatform } from './scripted-platform.ts';

const START = '2026-01-15T06:00:00.000Z';

export interface Ground {
  ours: TestDatabase;
  finance: TestDatabase;
  clock: TestClock;
  platform: ScriptedPlatform;
  /** Every state that whoever shows it was told of, in order. */
  shown: OperationState[];
  /** Throws in the transaction that would bring the operation into this state, once. */
  dieAt: OperationState | null;
  /** What reading the money comes to next, in order. */
  financeFaults: AppError[];
  /** What an operation of an override stands on just before it is sent; null: nobody knows. */
  checkOverride: OperationDeps['checkOverride'] | null;
  /** Fires when the process stops. */
  stopping: AbortController;
  transactionId: string;
  /** The provider's answer about the failed attempt. */
  failedAttempt: string;
  /** Begins with another payout, another platform and another clock. */
  renew(): Promise<void>;
  press(action?: 'retry' | 'recheck', intentNo?: number): Promise<string>;
  /** Runs the operation's task once, as a worker does; false when its process died. */
  runOnce(id: string): Promise<{ alive: boolean; at: Date | null }>;
  /** Runs it, moving the clock to whenever it wants to go on, until it is over or `untilMs` have passed. */
  drive(id: string, untilMs?: number): Promise<Operation>;
  read(id: string): Promise<Operation>;
}

let serial = 0;

/** A failed payout of 450.50 TRY, asked for half an hour ago, its one attempt dead, before each test. */
export function useGround(): Ground {
  const ground = {} as Ground;
  let reader: Pool;
  beforeAll(async () => {
    [ground.ours, ground.finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
    reader = makeFinancePool(ground.finance.url, { schema: 'finance', log: makeLog('silent') });
    await ground.finance.pool.query(
      `insert into finance.providers (provider, status, lag_days) values ('kuzey-pay', 'active', 1)`,
    );
  });
  afterAll(async () => {
    await reader.end();
    await Promise.all([ground.ours.drop(), ground.finance.drop()]);
  });
  ground.renew = async () => {
    serial += 1;
    ground.clock = makeTestClock(START);
    ground.platform = makeScriptedPlatform(ground.finance.pool, ground.clock);
    ground.shown = [];
    ground.dieAt = null;
    ground.financeFaults = [];
    ground.checkOverride = null;
    ground.stopping = new AbortController();
    ground.transactionId = `tx_${serial}`;
    ground.failedAttempt = `pa_tx_${serial}_1`;
    await insertFailed(ground);
    ground.platform.answers.set(ground.failedAttempt, 'failed');
  };
  beforeEach(() => ground.renew());
  const deps = (): OperationDeps => ({
    pool: ground.ours.pool,
    policy: sandboxPolicy(undefined),
    platform: ground.platform,
    async financePrimary() {
      const fault = ground.financeFaults.shift();
      if (fault !== undefined) throw fault;
      return reader;
    },
    async onChange(_tx, _now, { state }) {
      if (ground.dieAt === state) {
        ground.dieAt = null;
        throw new Killed();
      }
      ground.shown.push(state);
    },
    ...(ground.checkOverride ? { checkOverride: ground.checkOverride } : {}),
    log: makeLog('silent'),
  });
  ground.press = async (action = 'retry', intentNo = 1) => {
    const now = ground.clock.now();
    const payoutId = await insertEpisode(ground.ours.pool, { transactionId: ground.transactionId, now });
    const outcome = await requestOperation(ground.ours.pool, now, {
      payoutId,
      intentNo,
      action,
      actor: 'person:U1',
    });
    if (!outcome.ok) throw new Error(`not taken: ${outcome.why}`);
    return outcome.operationId;
  };
  ground.runOnce = async (id) => {
    try {
      const outcome = await makeOperationTask(deps()).run(contextOf(ground), { id });
      return { alive: true, at: outcome.state === 'again' ? outcome.at : null };
    } catch (error) {
      if (error instanceof Killed) return { alive: false, at: ground.clock.now() };
      throw error;
    }
  };
  ground.drive = async (id, untilMs = 2 * 3_600_000) => {
    const giveUpAt = ground.clock.now().getTime() + untilMs;
    for (;;) {
      const { at } = await ground.runOnce(id);
      if (at === null || at.getTime() > giveUpAt) return await ground.read(id);
      if (at > ground.clock.now()) ground.clock.set(at);
    }
  };
  ground.read = async (id) => {
    const operation = await readOperation(ground.ours.pool, id);
    if (operation === null) throw new Error('there is no such operation');
    return operation;
  };
  return ground;
}

/** What the retry decision of the next press would rest on, as far as it is ours. */
export async function ownOperations({ ours, transactionId }: Ground) {
  return [...(await readOwnOperations(ours.pool, [transactionId])).values()][0];
}

function contextOf({ clock, stopping }: Ground): TaskContext {
  return {
    taskId: 't' as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log: makeLog('silent'),
    signal: stopping.signal,
    guard: async () => undefined,
  };
}

async function insertFailed({ finance, transactionId, failedAttempt, clock }: Ground): Promise<void> {
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);
  await finance.pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
            requested_at, state_since, updated_at)
     values ($1, 'anadolu', 'acc_' || $1, 'withdrawal', 'payout_failed', 450.50, 'TRY', 'kuzey-pay', $2, $2, $3, $3)`,
    [transactionId, ago(30), ago(10)],
  );
  await finance.pool.query(
    `insert into finance.accounts (tenant_id, account_id, status) values ('anadolu', 'acc_' || $1, 'active')`,
    [transactionId],
  );
  await finance.pool.query(
    `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, error_code, created_at,
            updated_at)
     values ($1, $2, 'kuzey-pay', $1, 'failed', 'provider_declined', $3, $3)`,
    [failedAttempt, transactionId, ago(20)],
  );
}
