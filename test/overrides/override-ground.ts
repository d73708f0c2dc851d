import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { Pool } from '../../src/database/pool.ts';
import { AppError } from '../../src/errors.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { TaskId } from '../../src/ids.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { makeOperationTask } from '../../src/operations/run-operation.ts';
import { makeCheckOverride } from '../../src/overrides/check-override.ts';
import type { OverrideDeps } from '../../src/overrides/deps.ts';
import type { OverrideKind, OverrideKinds } from '../../src/overrides/kind.ts';
import { makePayoutKind } from '../../src/overrides/payout-kind.ts';
import { makeOverrideTask } from '../../src/overrides/task.ts';
import type { Policy } from '../../src/policy.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { Killed, makeScriptedPlatform, type ScriptedPlatform } from '../operations/scripted-platform.ts';
import { groupsAtFirst, handleOf, identifyIn, IDS, nameOf, type Groups } from './override-cast.ts';

/** A process that ends at its next so-many-th commit, just before it or just after. */
export interface Crash {
  commits: number;
  when: 'before' | 'after';
}

/** What outlives a history: databases, and the processes' view of them. */
export interface Ground {
  ours: TestDatabase;
  finance: TestDatabase;
  clock: TestClock;
  platform: ScriptedPlatform;
  policy: Policy;
  groups: Groups;
  crash: Crash | null;
  /** So many readings of the money fail next. */
  blackouts: number;
  serial: number;
  /** Another platform, another clock, everybody in their role again. */
  renew(startsAt: string): Promise<void>;
  setGroups(groups: Groups): Promise<void>;
  deps(): OverrideDeps;
  /** Runs a task from its row; what it throws for is tried again by whoever calls. */
  runOverride(id: string): Promise<void>;
  runOperation(id: string): Promise<void>;
}

export const TENANT = 'anadolu';

export function useGround(): Ground {
  const ground = { serial: 0 } as Ground;
  const base = sandboxPolicy(undefined);
  const log = makeLog('silent');
  let reader: Pool;
  beforeAll(async () => {
    [ground.ours, ground.finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
    reader = makeFinancePool(ground.finance.url, { schema: 'finance', log });
    await prepare(ground);
  });
  afterAll(async () => {
    await reader.end();
    await Promise.all([ground.ours.drop(), ground.finance.drop()]);
  });
  const financePrimary = async () => {
    if (ground.blackouts > 0) {
      ground.blackouts -= 1;
      throw new AppError('finance_unavailable', 'the money is out of reach', { retryable: true });
    }
    return reader;
  };
  const kindsOf = (pool: Pool): OverrideKinds => {
    const { policy, platform, clock } = ground;
    const onChange = async () => undefined;
    const kind = makePayoutKind({ pool, policy, platform, financePrimary, onChange, clock });
    return new Map([['payout', kind as OverrideKind]]);
  };
  Object.assign(ground, {
    async renew(startsAt: string) {
      ground.serial += 1;
      ground.clock = makeTestClock(startsAt);
      ground.platform = makeScriptedPlatform(ground.finance.pool, ground.clock);
      Object.assign(ground, { policy: base, crash: null, blackouts: 0 });
      await ground.setGroups(groupsAtFirst());
    },
    async setGroups(groups: Groups) {
      ground.groups = groups;
      await ground.ours.pool.query(
        `update user_groups g set user_ids = (select coalesce(array_agg(value), '{}')
           from jsonb_array_elements_text($1::jsonb -> g.id))`,
        [JSON.stringify(groups.members)],
      );
    },
    deps(): OverrideDeps {
      const pool = mortal(ground.ours.pool, ground);
      const people: OverrideDeps['people'] = {
        identify: async ({ userId }) => identifyIn(ground.groups, userId),
      };
      const { policy, platform } = ground;
      return { pool, policy, log, kinds: kindsOf(pool), people, platform };
    },
    runOverride: (id: string) =>
      surviving(() => makeOverrideTask(ground.deps()).run(contextOf(ground), { id })),
    runOperation: (id: string) =>
      surviving(() => {
        const { pool, policy, kinds } = ground.deps();
        const { platform } = ground;
        const onChange = async () => undefined;
        const checkOverride = makeCheckOverride({ pool, kinds });
        const deps = { pool, policy, platform, financePrimary, onChange, checkOverride, log };
        return makeOperationTask(deps).run(contextOf(ground), { id });
      }),
  } satisfies Partial<Ground>);
  return ground;
}

/** A process that ended is started again; so is a task with a fault that may pass. */
export async function surviving(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isPassing = error instanceof AppError && error.retryable;
    if (!(error instanceof Killed) && !isPassing) throw error;
  }
}

/** The pool as a process has it that may end at a commit: what is committed stays, everything else is lost. */
function mortal(pool: Pool, ground: Pick<Ground, 'crash'>): Pool {
  const dies = (when: Crash['when']): boolean => {
    const { crash } = ground;
    if (crash === null || crash.when !== when) return false;
    crash.commits -= 1;
    if (crash.commits > 0) return false;
    ground.crash = null;
    return true;
  };
  const connect = async () => {
    const client = await pool.connect();
    const query = async (text: string, values?: unknown[]) => {
      if (text !== 'commit') return await client.query(text, values);
      if (dies('before')) throw new Killed();
      const result = await client.query('commit');
      if (dies('after')) throw new Killed();
      return result;
    };
    return { query, release: (broken?: Error) => client.release(broken) };
  };
  return { query: pool.query.bind(pool), connect } as unknown as Pool;
}

function contextOf({ clock }: Ground): TaskContext {
  return {
    taskId: randomUUID() as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log: makeLog('silent'),
    signal: new AbortController().signal,
    guard: async () => undefined,
  };
}

async function prepare({ ours, finance }: Ground): Promise<void> {
  await finance.pool.query(
    `insert into finance.providers (provider, status, lag_days) values ('kuzey-pay', 'active', 1)`,
  );
  await finance.pool.query(
    `insert into finance.fx_rates (day, currency, rate) values ('2026-01-01', 'TRY', 0.025), ('2026-01-01', 'JPY', 0.01)`,
  );
  await ours.pool.query(
    `insert into user_groups (id, handle, user_ids) select role, handle, '{}' from unnest($1::text[], $2::text[]) g(role, handle)`,
    [Object.keys(groupsAtFirst().members), Object.keys(groupsAtFirst().members).map(handleOf)],
  );
  await ours.pool.query(
    `update role_snapshot set groups_read_at = '2026-01-01', names_read_at = '2026-01-01'`,
  );
  await ours.pool.query(`insert into user_names (name, user_ids) values ('manager2', '{U0M2}')`);
  await ours.pool.query(
    `insert into people (user_id, team_id, name, real_name, is_deleted, is_guest, is_stranger, is_bot, checked_at)
     select id, 'T1', name, name, false, false, false, false, '2026-01-01' from unnest($1::text[], $2::text[]) p(id, name)`,
    [IDS, IDS.map(nameOf)],
  );
}
