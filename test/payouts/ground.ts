import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Pool } from '../../src/database/pool.ts';
import type { EscalationDeps } from '../../src/escalations/deps.ts';
import { followFindings } from '../../src/escalations/follow-findings.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { TaskId } from '../../src/ids.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { makeOperationTask } from '../../src/operations/run-operation.ts';
import { requestOperation } from '../../src/operations/request-operation.ts';
import type { RequestOutcome } from '../../src/operations/types.ts';
import { followOperation } from '../../src/payouts/follow-changes.ts';
import { makeCheckPayoutsTask } from '../../src/payouts/check-payouts.ts';
import type { PayoutDeps } from '../../src/payouts/deps.ts';
import { makeLookTask } from '../../src/payouts/look-at-payout.ts';
import { PAYOUT, toPayout, type PayoutTableRow } from '../../src/payouts/payout-row.ts';
import type { Payout } from '../../src/payouts/types.ts';
import type { AttemptRef } from '../../src/platform/types.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import { readFileSync } from 'node:fs';
import { makeScriptedPlatform, type ScriptedPlatform } from '../operations/scripted-platform.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';

const START = '2026-01-15T06:00:00.000Z';
const MINUTE_MS = 60_000;
const log = makeLog('silent');

interface Given {
  /** Minutes in its state; its attempts were made then too. */
  since?: number;
  state?: string;
  requested?: number;
  amount?: string;
  currency?: string;
  provider?: string;
  tenant?: string;
  /** Status of each attempt, oldest first; their ids are <payment>-1, <payment>-2... */
  attempts?: string[];
  errorCode?: string;
}

export interface Ground {
  ours: TestDatabase;
  finance: TestDatabase;
  reader: Pool;
  clock: TestClock;
  platform: ScriptedPlatform;
  policy: Policy;
  deps: PayoutDeps;
  /** Whether the task is still this process's. */
  guard: () => Promise<void>;
  /** Attempts that were asked about, in order. */
  asked: string[];
  reports: string[];
  add(id: string, given?: Given): Promise<void>;
  /** The payment comes into this state now. */
  move(id: string, state: string, attempt?: { n: number; status: string }): Promise<void>;
  check(): Promise<void>;
  /** One look at one payment; gives when the next one is. */
  look(id: string, tenant?: string): Promise<Date | null>;
  press(payout: Payout, action: 'retry' | 'recheck', intentNo?: number): Promise<RequestOutcome>;
  /** Runs an operation's task once. */
  carryOut(operationId: string): Promise<void>;
  payouts(id?: string): Promise<Payout[]>;
  only(id: string): Promise<Payout>;
  cards(kind?: string): Promise<{ kind: string; subject: string; version: number }[]>;
  findings(id: string): Promise<{ rule: string; class: string; state: string }[]>;
  actions(): Promise<string[]>;
}

export function policyWith(change: (text: string) => string = (text) => text): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  return parsePolicy(
    change(text.replace('reconciliation:\n', 'reconciliation:\n  start_at: 2025-01-01T00:00:00Z\n')),
  );
}

/** Both databases, emptied before each test, a scripted platform, and the looks without a queue. */
export function useGround(policy: Policy = policyWith()): Ground {
  const ground = { policy } as Ground;
  beforeAll(async () => {
    [ground.ours, ground.finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
    ground.reader = makeFinancePool(ground.finance.url, { schema: 'finance', log });
  });
  afterAll(async () => {
    await ground.reader.end();
    await Promise.all([ground.ours.drop(), ground.finance.drop()]);
  });
  beforeEach(async () => {
    await empty(ground);
    ground.clock = makeTestClock(START);
    ground.platform = makeScriptedPlatform(ground.finance.pool, ground.clock);
    ground.guard = async () => undefined;
    ground.asked = [];
    ground.reports = [];
    const { platform } = ground;
    const ask = platform.ask.bind(platform);
    platform.ask = async (attempt: AttemptRef) => {
      ground.asked.push(attempt.attemptId);
      return await ask(attempt);
    };
    ground.deps = depsOf(ground);
  });
  Object.assign(ground, acts(ground), views(ground));
  return ground;
}

function depsOf(ground: Ground): PayoutDeps {
  const { ours, reader, policy, platform } = ground;
  const escalations: EscalationDeps = { pool: ours.pool, policy, page: async () => undefined };
  return {
    pool: ours.pool,
    finance: reader,
    policy,
    platform,
    refreshReports: async (_tx, _now, { findingId }) => void ground.reports.push(findingId),
    afterFindings: (tx, now) => followFindings(tx, escalations, now),
  };
}

async function empty({ ours, finance }: Ground): Promise<void> {
  for (const table of [
    'operation_calls',
    'operations',
    'payouts',
    'payout_groups',
    'provider_answers',
    'settings',
    'tasks',
    'incidents',
    'escalation_causes',
    'escalation_steps',
    'escalations',
    'finding_history',
    'run_findings',
    'findings',
    'cards',
  ])
    await ours.pool.query(`delete from ${table}`);
  await finance.pool.query(
    `truncate finance.transactions, finance.payout_attempts, finance.ledger_entries, finance.accounts, finance.providers`,
  );
  await finance.pool.query(
    `insert into finance.providers (provider, status, lag_days)
     values ('kuzey-pay', 'active', 1), ('bati', 'active', 1), ('stopped', 'stopped', 1)`,
  );
}

function contextOf({ clock, guard }: Ground): TaskContext {
  return {
    taskId: 't' as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log,
    signal: new AbortController().signal,
    guard,
  };
}

function acts(ground: Ground): Pick<Ground, 'add' | 'move' | 'check' | 'look' | 'press' | 'carryOut'> {
  const nowAgo = (minutes: number) => new Date(ground.clock.now().getTime() - minutes * MINUTE_MS);
  return {
    async add(id, given = {}) {
      const { since = 40, state = 'payout_failed', provider = 'kuzey-pay', tenant = 'anadolu' } = given;
      const { pool } = ground.finance;
      await pool.query(
        `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
                requested_at, state_since, updated_at)
         values ($1, $2, 'acc_' || $1, 'withdrawal', $3, $4, $5, $6, $7, $7, $8, $8)`,
        [
          id,
          tenant,
          state,
          given.amount ?? '45.50',
          given.currency ?? 'USD',
          provider,
          nowAgo(given.requested ?? since + 5),
          nowAgo(since),
        ],
      );
      await pool.query(
        `insert into finance.accounts (tenant_id, account_id, status) values ($1, 'acc_' || $2, 'active')`,
        [tenant, id],
      );
      const attempts = given.attempts ?? [state === 'payout_failed' ? 'failed' : 'submitted'];
      for (const [index, status] of attempts.entries()) {
        await pool.query(
          `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, error_code, created_at,
                  updated_at)
           values ($1, $2, $3, 'ref-' || $1, $4, $5, $6, $6)`,
          [
            `${id}-${index + 1}`,
            id,
            provider,
            status,
            status === 'failed' ? (given.errorCode ?? 'declined') : null,
            nowAgo(since),
          ],
        );
        if (status === 'failed') ground.platform.answers.set(`${id}-${index + 1}`, 'failed');
      }
    },
    async move(id, state, attempt) {
      const isFinal = ['paid', 'rejected', 'canceled'].includes(state);
      await ground.finance.pool.query(
        `update finance.transactions set state = $2, state_since = $3, updated_at = $3,
                final_at = case when $4 then $3::timestamptz end where id = $1`,
        [id, state, ground.clock.now(), isFinal],
      );
      if (attempt === undefined) return;
      await ground.finance.pool.query(
        `with nth as (select id from finance.payout_attempts where transaction_id = $1
                       order by created_at, id offset $2 limit 1)
         update finance.payout_attempts a set status = $3 from nth where a.id = nth.id`,
        [id, attempt.n - 1, attempt.status],
      );
    },
    async check() {
      await makeCheckPayoutsTask(ground.deps).run(contextOf(ground), {});
    },
    async look(transactionId, tenantId = 'anadolu') {
      const outcome = await makeLookTask(ground.deps).run(contextOf(ground), { tenantId, transactionId });
      return outcome.state === 'again' ? outcome.at : null;
    },
    press: (payout, action, intentNo = 1) =>
      requestOperation(ground.ours.pool, ground.clock.now(), {
        payoutId: payout.id,
        intentNo,
        action,
        actor: 'person:U1',
      }),
    async carryOut(id) {
      const { ours, policy, platform, reader, deps } = ground;
      const task = makeOperationTask({
        pool: ours.pool,
        policy,
        platform,
        financePrimary: async () => reader,
        onChange: (tx, now, operation) => followOperation(tx, deps, now, operation),
        log,
      });
      await task.run(contextOf(ground), { id });
    },
  };
}

function views(ground: Ground): Pick<Ground, 'payouts' | 'only' | 'cards' | 'findings' | 'actions'> {
  const query = async <T extends object>(text: string, values: unknown[] = []) =>
    (await ground.ours.pool.query<T>(text, values)).rows;
  const payouts = async (id: string | null = null) =>
    (
      await query<PayoutTableRow>(
        `select ${PAYOUT} from payouts p where $1::text is null or p.transaction_id = $1
          order by p.opened_at, p.state desc, p.id`,
        [id],
      )
    ).map(toPayout);
  return {
    payouts,
    async only(id) {
      const open = (await payouts(id)).filter(({ state }) => state === 'open');
      if (open[0] === undefined || open.length > 1) throw new Error(`${open.length} open episodes of ${id}`);
      return open[0];
    },
    cards: (kind) =>
      query(
        `select kind, subject_id as subject, wanted_version as version from cards
          where case when $1::text is null then kind in ('payout', 'payout_group') else kind = $1 end order by created_at, id`,
        [kind ?? null],
      ),
    findings: (id) =>
      query(`select rule, class, state from findings where subject_id = $1 and family = 'payout'`, [id]),
    actions: async () =>
      (await query<{ action: string }>(`select action from audit_log order by seq`)).map(
        ({ action }) => action,
      ),
  };
}
