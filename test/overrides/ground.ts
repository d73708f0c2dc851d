import { afterAll, beforeAll, beforeEach } from 'vitest';
import { makeLog } from '../../src/log.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { AppError } from '../../src/errors.ts';
import type { CardId, OverrideId } from '../../src/ids.ts';
import type { OperationState } from '../../src/operations/types.ts';
import { cancelOverride } from '../../src/overrides/cancel-override.ts';
import { approveOverride, rejectOverride } from '../../src/overrides/decide-override.ts';
import type { OverrideDeps } from '../../src/overrides/deps.ts';
import { makePayoutKind } from '../../src/overrides/payout-kind.ts';
import { renewOverride } from '../../src/overrides/renew-override.ts';
import { requestOverride, type OverrideRequest } from '../../src/overrides/request-override.ts';
import { readOverride, readVersions, readVotes } from '../../src/overrides/store.ts';
import type { Choice, Override, OverrideVersion, Vote } from '../../src/overrides/types.ts';
import type { Identified, Person } from '../../src/people/types.ts';
import type { Policy } from '../../src/policy.ts';
import type { Pool } from '../../src/database/pool.ts';
import { Killed, makeScriptedPlatform, type ScriptedPlatform } from '../operations/scripted-platform.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { castPerson, policyWith } from './cast.ts';
import { tasks } from './ground-tasks.ts';
import { createFinanceDatabase, createOurDatabase, type TestDatabase } from '../support/databases.ts';

/** A Thursday, 09:00 in Istanbul. */
const START = '2026-01-15T06:00:00.000Z';
export const MARK_PAID: Choice = { target: 'mark_paid', basis: 'bank_proof' };
export const REJECT: Choice = { target: 'reject', basis: 'attempts_dead' };
export const RETRY: Choice = { target: 'retry_above_limit', basis: 'attempts_dead' };
const MINUTE_MS = 60_000;
const log = makeLog('silent');

interface Given {
  state?: string;
  amount?: string;
  currency?: string;
  account?: string;
  payee?: string;
  /** Status of each attempt, oldest first. */
  attempts?: string[];
}

export interface Ground {
  ours: TestDatabase;
  finance: TestDatabase;
  reader: Pool;
  /** Another process of the app. */
  other: Pool;
  clock: TestClock;
  platform: ScriptedPlatform;
  policy: Policy;
  /** What `identify` says of somebody, where that is not what the policy says. */
  identified: Map<string, Identified>;
  financeFault: AppError | null;
  /** Throws in the task's next transaction, when it is this one. */
  dieIn: number | null;
  /** Throws right after the commit that this is said of. */
  dieAfter: string | null;
  /** Throws in the transaction that would bring the operation into this state, once. */
  dieAt: OperationState | null;
  words: string[];
  deps(pool?: Pool): OverrideDeps;
  person(userId: string): Person;
  add(id: string, given?: Given): Promise<void>;
  move(id: string, state: string): Promise<void>;
  ask(id: string, given?: Partial<OverrideRequest>): ReturnType<typeof requestOverride>;
  /** Asked for, and taken. */
  asked(id: string, given?: Partial<OverrideRequest>): Promise<Override>;
  approve(
    override: Override,
    userId: string,
    how?: { version?: number; pool?: Pool },
  ): ReturnType<typeof approveOverride>;
  reject(override: Override, userId: string, reason?: string): ReturnType<typeof rejectOverride>;
  renew(override: Override, userId?: string): ReturnType<typeof renewOverride>;
  cancel(override: Override, userId?: string, pool?: Pool): ReturnType<typeof cancelOverride>;
  /** Runs the override's task once, as a worker does; when it wants to go on, null: never. */
  runOnce(override: Override): Promise<{ alive: boolean; at: Date | null }>;
  runOperation(override: Override): Promise<Date | null>;
  /** Runs both, moving the clock, until it is over and read back or `untilMs` have passed. */
  drive(override: Override, untilMs?: number): Promise<Override>;
  read(override: Pick<Override, 'id'>): Promise<Override>;
  versions(override: Override): Promise<OverrideVersion[]>;
  votes(override: Override): Promise<Vote[]>;
  notices(override: Override): Promise<string[]>;
  actions(override: Override): Promise<string[]>;
  card(kind: string, subjectId: string): Promise<CardId>;
}

/** Both databases, emptied before each test, a scripted platform, and the task without a queue. */
export function useGround(): Ground {
  const ground = {} as Ground;
  let serial = 0;
  beforeAll(async () => {
    [ground.ours, ground.finance] = await Promise.all([createOurDatabase(), createFinanceDatabase()]);
    ground.reader = makeFinancePool(ground.finance.url, { schema: 'finance', log });
    const { makePool } = await import('../../src/database/pool.ts');
    ground.other = makePool(ground.ours.url, { max: 5, applicationName: 'other', log });
  });
  afterAll(async () => {
    await Promise.all([ground.reader.end(), ground.other.end()]);
    await Promise.all([ground.ours.drop(), ground.finance.drop()]);
  });
  beforeEach(async () => {
    await empty(ground);
    ground.clock = makeTestClock(START);
    ground.platform = makeScriptedPlatform(ground.finance.pool, ground.clock);
    ground.policy = policyWith();
    ground.identified = new Map();
    Object.assign(ground, { financeFault: null, dieIn: null, dieAfter: null, dieAt: null, words: [] });
  });
  const nextRequest = () => `trigger-${(serial += 1)}`;
  Object.assign(
    ground,
    people(ground),
    money(ground),
    clicks(ground, nextRequest),
    tasks(ground),
    views(ground),
  );
  return ground;
}

async function empty({ ours, finance }: Ground): Promise<void> {
  await ours.pool.query(`update operations set override_id = null, override_version = null`);
  await ours.pool
    .query(`update overrides set operation_id = null, ends_operation_id = null, state = 'canceled',
    over_at = coalesce(over_at, requested_at)`);
  for (const table of [
    'override_proofs',
    'override_notices',
    'override_votes',
    'override_versions',
    'overrides',
    'operation_calls',
    'operations',
    'payouts',
    'payout_groups',
    'provider_answers',
    'tasks',
    'finding_history',
    'findings',
    'requests',
    'people',
  ])
    await ours.pool.query(`delete from ${table}`);
  await ours.pool.query(`update cards set thread_card_id = null`);
  await ours.pool.query(`delete from cards`);
  await finance.pool.query(
    `truncate finance.transactions, finance.payout_attempts, finance.ledger_entries, finance.accounts,
              finance.wallets, finance.fx_rates, finance.providers`,
  );
  await finance.pool.query(
    `insert into finance.providers (provider, status, lag_days) values ('kuzey-pay', 'active', 1)`,
  );
}

function people(ground: Ground): Pick<Ground, 'deps' | 'person'> {
  return {
    person: castPerson,
    deps(pool = ground.ours.pool) {
      const { policy, platform, clock } = ground;
      const kind = makePayoutKind({
        pool,
        policy,
        platform,
        clock,
        async financePrimary() {
          if (ground.financeFault !== null) throw ground.financeFault;
          return ground.reader;
        },
        onChange: async () => undefined,
      });
      return {
        pool,
        policy,
        log,
        platform,
        kinds: new Map([[kind.kind, kind]]),
        people: {
          identify: async ({ userId }) =>
            ground.identified.get(userId) ?? { ok: true, person: castPerson(userId) },
        },
        onChange(word) {
          ground.words.push(word);
          if (ground.dieAfter !== word) return;
          ground.dieAfter = null;
          throw new Killed();
        },
      };
    },
  };
}

function money(ground: Ground): Pick<Ground, 'add' | 'move'> {
  const ago = (minutes: number) => new Date(ground.clock.now().getTime() - minutes * MINUTE_MS);
  return {
    async add(id, given = {}) {
      const { pool } = ground.finance;
      const { state = 'payout_failed', attempts = ['failed'], account = `acc_${id}` } = given;
      await pool.query(
        `insert into finance.transactions (id, tenant_id, account_id, payee_ref, kind, state, amount, currency, provider,
                created_at, requested_at, state_since, updated_at)
         values ($1, 'anadolu', $2, $3, 'withdrawal', $4, $5, $6, 'kuzey-pay', $7, $7, $8, $8)`,
        [
          id,
          account,
          given.payee ?? `payee_${id}`,
          state,
          given.amount ?? '450.50',
          given.currency ?? 'USD',
          ago(50),
          ago(40),
        ],
      );
      await pool.query(
        `insert into finance.accounts (tenant_id, account_id, status) values ('anadolu', $1, 'active')
         on conflict do nothing`,
        [account],
      );
      for (const [index, status] of attempts.entries()) {
        const attemptId = `${id}-${index + 1}`;
        await pool.query(
          `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
           values ($1, $2, 'kuzey-pay', 'ref-' || $1, $3, $4, $4)`,
          [attemptId, id, status, ago(45 - index)],
        );
        if (status === 'failed') ground.platform.answers.set(attemptId, 'failed');
        await ground.ours.pool.query(
          `insert into provider_answers (attempt_id, transaction_id, tenant_id, provider, provider_ref, answer, asked_at)
           values ($1, $2, 'anadolu', 'kuzey-pay', 'ref-' || $1, $3, $4)`,
          [attemptId, id, status === 'failed' ? 'failed' : 'pending', ago(1)],
        );
      }
    },
    async move(id, state) {
      await ground.finance.pool.query(
        `update finance.transactions set state = $2, state_since = $3, updated_at = $3 where id = $1`,
        [id, state, ground.clock.now()],
      );
    },
  };
}

function clicks(
  ground: Ground,
  requestId: () => string,
): Pick<Ground, 'ask' | 'asked' | 'approve' | 'reject' | 'renew' | 'cancel'> {
  const now = () => ground.clock.now();
  const ask: Ground['ask'] = (subjectId, given = {}) =>
    requestOverride(ground.deps(), now(), {
      kind: 'payout',
      tenantId: 'anadolu',
      subjectId,
      choice: REJECT,
      reasonCode: 'customer_request',
      reason: 'They asked for their money back',
      ticket: 'see FIN-12',
      evidence: '',
      from: {},
      person: ground.person('UOPS1'),
      requestId: requestId(),
      ...given,
    });
  return {
    ask,
    async asked(id, given) {
      const outcome = await ask(id, given);
      if (!outcome.ok) throw new Error(`not taken: ${JSON.stringify(outcome.refusal)}`);
      return outcome.override;
    },
    approve: ({ id, version }, userId, how = {}) =>
      approveOverride(ground.deps(how.pool), now(), {
        overrideId: id,
        version: how.version ?? version,
        person: ground.person(userId),
        teamId: 'T1',
        noInterest: true,
      }),
    reject: ({ id, version }, userId, reason = 'Not proven') =>
      rejectOverride(ground.deps(), now(), {
        overrideId: id,
        version,
        person: ground.person(userId),
        teamId: 'T1',
        reason,
      }),
    renew: ({ id }, userId = 'UOPS1') =>
      renewOverride(ground.deps(), now(), {
        overrideId: id,
        person: ground.person(userId),
        requestId: requestId(),
      }),
    cancel: ({ id }, userId = 'UOPS1', pool) =>
      cancelOverride(ground.deps(pool), now(), {
        overrideId: id,
        person: ground.person(userId),
        requestId: requestId(),
      }),
  };
}

function views(ground: Ground): Pick<Ground, 'read' | 'versions' | 'votes' | 'notices' | 'actions' | 'card'> {
  const rows = async <T extends object>(text: string, values: unknown[]) =>
    (await ground.ours.pool.query<T>(text, values)).rows;
  return {
    async read({ id }) {
      const override = await readOverride(ground.ours.pool, id as OverrideId);
      if (override === null) throw new Error('there is no such override');
      return override;
    },
    versions: ({ id }) => readVersions(ground.ours.pool, id),
    votes: ({ id }) => readVotes(ground.ours.pool, id),
    notices: async ({ id }) =>
      (
        await rows<{ what: string }>(
          `select version || ' ' || kind as what from override_notices where override_id = $1 order by at, version, kind`,
          [id],
        )
      ).map(({ what }) => what),
    actions: async ({ id }) =>
      (
        await rows<{ action: string }>(
          `select action from audit_log where subject_kind = 'override' and subject_id = $1 order by seq`,
          [id],
        )
      ).map(({ action }) => action.replace('override.', '')),
    async card(kind, subjectId) {
      const [card] = await rows<{ id: CardId }>(`select id from cards where kind = $1 and subject_id = $2`, [
        kind,
        subjectId,
      ]);
      if (card === undefined) throw new Error(`there is no ${kind} card`);
      return card.id;
    },
  };
}
