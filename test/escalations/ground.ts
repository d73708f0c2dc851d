import { randomUUID } from 'node:crypto';
import { makeClimbTask } from '../../src/escalations/climb.ts';
import type { EscalationDeps } from '../../src/escalations/deps.ts';
import { followFindings } from '../../src/escalations/follow-findings.ts';
import { listSteps, type Step } from '../../src/escalations/step-store.ts';
import { appendAudit } from '../../src/audit/append.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { lockFindings } from '../../src/findings/store.ts';
import type { TaskId, UserId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import type { PagerEvent } from '../../src/ports.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

export const policy = sandboxPolicy(undefined);

interface Found {
  rule: string;
  class: string;
  causeKey: string;
  opening: boolean;
  family: string | null;
  amountReportingMinor: number;
}

/** Our database with people in it, a clock that stands still, and escalations on it, without jobs and without Slack. */
export interface Ground {
  ours: TestDatabase;
  clock: TestClock;
  deps: EscalationDeps;
  pages: PagerEvent[];
  find(changes?: Partial<Found>): Promise<string>;
  /** Changes findings as runs and people do, and lets escalations follow. */
  change(sql?: string, values?: unknown[]): Promise<void>;
  /** Runs the escalation's task as the runner does, until it waits; gives when it is due again. */
  climb(id: string): Promise<Date | null>;
  escalations(): Promise<Row[]>;
  steps(id: string): Promise<Step[]>;
  actions(id: string): Promise<string[]>;
  cards(kind: string): Promise<string[]>;
  close(): Promise<void>;
}

export interface Row {
  id: string;
  cause_key: string;
  state: string;
  severity: string;
  subject_id: string;
  round: number;
  level: number;
  next_at: Date | null;
  owner: string | null;
  acknowledged_by: string | null;
  awaits_run: boolean;
  root_cause: string | null;
  resolved_how: string | null;
  route: { name: string; levels: unknown[] };
}

export const person = (name: string): { userId: UserId } => ({ userId: idOf(name) });
export const idOf = (name: string): UserId => `U00000${name.toUpperCase()}` as UserId;

const GROUPS: Record<string, string[]> = {
  'finance-ops': ['ops1', 'ops2'],
  'finance-managers': ['manager1', 'manager2'],
  'finance-leads': ['lead1', 'lead2'],
  sre: ['engineer1', 'engineer2'],
  security: ['security1', 'security2'],
};

export async function openGround(iso = '2026-01-15T10:00:00+03:00'): Promise<Ground> {
  const ours = await createOurDatabase();
  const clock = makeTestClock(iso);
  const pages: PagerEvent[] = [];
  const deps: EscalationDeps = {
    pool: ours.pool,
    policy,
    page: async (_tx, _now, event) => void pages.push(event),
  };
  await ours.pool.query('update role_snapshot set groups_read_at = clock_timestamp()');
  for (const [handle, names] of Object.entries(GROUPS)) {
    await ours.pool.query('insert into user_groups (id, handle, user_ids) values ($1, $2, $3)', [
      `S${handle.replaceAll('-', '').toUpperCase()}`,
      handle,
      names.map(idOf),
    ]);
  }
  const task = makeClimbTask(deps);
  const log = makeLog('silent');
  const rowsOf = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await ours.pool.query<T>(sql, values)).rows;
  return {
    ours,
    clock,
    deps,
    pages,
    async find(changes = {}) {
      const id = randomUUID();
      const found = {
        rule: 'R01',
        class: 'HIGH',
        causeKey: id,
        opening: false,
        family: null,
        amountReportingMinor: 100,
        ...changes,
      };
      await ours.pool.query(
        `insert into findings (id, key, family, rule, tenant_id, subject_kind, subject_id, class, action, evidence,
                cause_key, occurred_at, opening, state, first_seen_at, last_seen_at, amount_reporting_minor)
         values ($1::uuid, $1::text, $2, $3, 'anadolu', 'account', 'acc-1', $4, 'escalate', '{"key": "R01", "args": {}}', $5, $7, $6,
                 'open', $7, $7, $8)`,
        [
          id,
          found.family,
          found.rule,
          found.class,
          found.causeKey,
          found.opening,
          clock.now(),
          found.amountReportingMinor,
        ],
      );
      return id;
    },
    async change(sql, values) {
      await withTransaction(ours.pool, async (tx) => {
        await lockFindings(tx);
        if (sql !== undefined) await tx.query(sql, values);
        await appendAudit(tx, clock.now(), await followFindings(tx, deps, clock.now()));
      });
    },
    async climb(id) {
      for (;;) {
        const outcome = await task.run(
          {
            taskId: randomUUID() as TaskId,
            key: '',
            faults: 0,
            clock,
            log,
            signal: new AbortController().signal,
            guard: async () => undefined,
          },
          { id },
        );
        if (outcome.state === 'done') return null;
        if (outcome.at > clock.now()) return outcome.at;
      }
    },
    escalations: () => rowsOf<Row>('select * from escalations order by started_at, next_at, id'),
    steps: (id) => listSteps(ours.pool, id),
    actions: async (id) =>
      (
        await rowsOf<{ action: string }>('select action from audit_log where subject_id = $1 order by seq', [
          id,
        ])
      ).map(({ action }) => action),
    cards: async (kind) =>
      (
        await rowsOf<{ subject_id: string }>(
          'select subject_id from cards where kind = $1 order by created_at',
          [kind],
        )
      ).map((row) => row.subject_id),
    close: () => ours.drop(),
  };
}
