import { readFileSync } from 'node:fs';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { TaskId } from '../../src/ids.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import { makeRiskTask, type RiskDeps } from '../../src/slo/risk.ts';
import type { RiskShowDeps } from '../../src/slo/load-risk.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { makePayoutSlo } from './ground.ts';

const HOUR_MS = 3_600_000;
const log = makeLog('silent');

interface Given {
  /** How long ago it was asked for, in hours. */
  age: number;
  state?: string;
  /** How long ago it came to its end, in hours; null: it is open. */
  final?: number | null;
  provider?: string | null;
  /** Whose attempt it is, where the payment names nobody. */
  attempt?: string;
  amount?: string;
  currency?: string;
  tenant?: string;
}

export interface RiskGround {
  ours: TestDatabase;
  finance: TestDatabase;
  clock: TestClock;
  policy: Policy;
  deps: RiskDeps;
  show: RiskShowDeps;
  words: string[];
  add(id: string, given: Given): Promise<void>;
  /** So many payouts of a provider that took so many hours, paid this week. */
  paid(provider: string | null, count: number, hours: number): Promise<void>;
  /** It comes to this state now. */
  move(id: string, state: string): Promise<void>;
  check(deps?: RiskDeps): Promise<void>;
  /** As "id why named told outcome", times as hh:mm. */
  named(): Promise<string[]>;
  /** As "kind version", in the order they were asked for. */
  cards(): Promise<string[]>;
  audited(): Promise<string[]>;
  risks(): Promise<{ id: string; over: boolean; late: number }[]>;
  /** As it was at first, in both databases. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const clockText = (at: Date | null): string => (at === null ? '-' : at.toISOString().slice(11, 16));

/** Both databases, empty, and the check without a queue. */
export async function makeRiskGround(start = '2026-01-15T06:00:00.000Z'): Promise<RiskGround> {
  const [ours, finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
  const reader = makeFinancePool(finance.url, { schema: 'finance', log });
  const clock = makeTestClock(start);
  const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
  const words: string[] = [];
  let auditedBefore = '0';
  const slos = { all: [makePayoutSlo()], hash: 'hash' };
  const deps: RiskDeps = {
    pool: ours.pool,
    finance: reader,
    policy,
    slos,
    onChange: (word) => void words.push(word),
  };
  const ago = (hours: number) => new Date(clock.now().getTime() - hours * HOUR_MS);
  const ground: RiskGround = {
    ours,
    finance,
    clock,
    policy,
    deps,
    show: { policy, slos, show: { policy, platform: { canAsk: () => true } } },
    words,
    async add(id, { age, state = 'processing', final = null, provider = 'kuzey-pay', ...more }) {
      const { attempt, amount = '100.00', currency = 'TRY', tenant = 'atlas' } = more;
      const endedAt = final === null ? null : ago(final);
      await finance.pool.query(
        `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
                                           requested_at, state_since, final_at, updated_at)
         values ($1, $2, 'acc-000042', 'withdrawal', $3, $4, $5, $6, $7::timestamptz, $7, $7, $8::timestamptz,
                 coalesce($8::timestamptz, $7))`,
        [id, tenant, state, amount, currency, provider, ago(age), endedAt],
      );
      if (attempt === undefined) return;
      await finance.pool.query(
        `insert into finance.payout_attempts (id, transaction_id, provider, status, created_at, updated_at)
         values ($1 || '-1', $1, $2, 'submitted', $3, $3)`,
        [id, attempt, ago(age)],
      );
    },
    async paid(provider, count, hours) {
      await finance.pool.query(
        `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
                                           requested_at, state_since, final_at, updated_at)
         select concat_ws('-', 'paid', $1::text, $3::text, n), 'atlas', 'acc-1', 'withdrawal', 'paid', 10, 'TRY', $1,
                $4::timestamptz, $4, $5::timestamptz, $5, $5
           from generate_series(1, $2::int) n`,
        [provider, count, String(hours), ago(hours + 1), ago(1)],
      );
    },
    async move(id, state) {
      const final = ['paid', 'rejected', 'canceled'].includes(state) ? clock.now() : null;
      await finance.pool.query(
        `update finance.transactions set state = $2, state_since = $3, updated_at = $3, final_at = $4 where id = $1`,
        [id, state, clock.now(), final],
      );
    },
    check: async (of = deps) => void (await makeRiskTask(of).run(contextOf(clock), {})),
    async named() {
      const { rows } = await ours.pool.query<Record<string, string> & { named: Date; told: Date | null }>(
        `select transaction_id as id, why, named_at as named, told_at as told, coalesce(outcome, '-') as outcome
           from slo_risk_payouts order by breaks_at, transaction_id`,
      );
      return rows.map(
        ({ id, why, named, told, outcome }) =>
          `${id} ${why} ${clockText(named)} ${clockText(told)} ${outcome}`,
      );
    },
    async cards() {
      const { rows } = await ours.pool.query<{ kind: string; channel: string }>(
        `select kind, channel from cards order by created_at, id`,
      );
      return rows.map(({ kind, channel }) => `${kind} ${channel}`);
    },
    async audited() {
      const { rows } = await ours.pool.query<{ action: string; data: string }>(
        `select action, data from audit_log where action like 'slo.%' and seq > $1 order by seq`,
        [auditedBefore],
      );
      return rows.map(({ action, data }) => `${action} ${data}`);
    },
    async risks() {
      const { rows } = await ours.pool.query<{ id: string; over: boolean; late: number }>(
        `select id, over_at is not null as over, late from slo_risks order by opened_at`,
      );
      return rows;
    },
    async reset() {
      for (const table of ['slo_risk_payouts', 'slo_risks', 'tasks', 'cards'])
        await ours.pool.query(`delete from ${table}`);
      await finance.pool.query('truncate finance.transactions, finance.payout_attempts');
      const { rows } = await ours.pool.query<{ seq: string }>(
        `select coalesce(max(seq), 0)::text as seq from audit_log`,
      );
      auditedBefore = rows[0]!.seq;
      words.length = 0;
      clock.set(start);
    },
    async close() {
      await reader.end();
      await Promise.all([ours.drop(), finance.drop()]);
    },
  };
  return ground;
}

function contextOf(clock: TestClock): TaskContext {
  return {
    taskId: 'task' as TaskId,
    key: 'key',
    faults: 0,
    clock,
    log,
    signal: new AbortController().signal,
    guard: async () => undefined,
  };
}
