import { afterAll, beforeAll, beforeEach } from 'vitest';
import { addAction, type ActionWanted } from '../../src/actions/add-action.ts';
import type { ActionDeps } from '../../src/actions/deps.ts';
import { makeActionTask } from '../../src/actions/remind.ts';
import { readAction } from '../../src/actions/store.ts';
import type { Action } from '../../src/actions/types.ts';
import { AppError } from '../../src/errors.ts';
import { REVIEW_SOURCE } from '../../src/exemptions/load-review.ts';
import type { TaskId, UserId } from '../../src/ids.ts';
import type { TaskContext, TaskKind } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { ROLES, type Person } from '../../src/people/types.ts';
import type { SlackUser } from '../../src/ports.ts';
import { policyWith } from '../overrides/cast.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

/** A Thursday, 10:00 in Istanbul: the first review. */
const START = '2026-01-15T07:00:00.000Z';
const log = makeLog('silent');

/** Somebody with these roles; the key is the id unless told. */
export function someone(userId: string, roles: readonly Person['roles'][] | readonly string[], key = userId) {
  const held = ROLES.filter((role) => (roles as readonly string[]).includes(role));
  return { userId: userId as UserId, key, roles: new Set(held) };
}

export const SECURITY = someone('USEC1', ['security']);
export const OWNER = someone('UOWN', [], 'owner1');

export interface Ground {
  ours: TestDatabase;
  clock: TestClock;
  users: Map<string, Partial<SlackUser>>;
  slackIsAway: boolean;
  words: string[];
  deps: ActionDeps;
  review: string;
  add(given?: Partial<ActionWanted>): ReturnType<typeof addAction>;
  added(given?: Partial<ActionWanted>): Promise<Action>;
  read(action: Action): Promise<Action | null>;
  /** Runs a task of any kind as a worker does, without a queue. */
  run<Payload>(kind: TaskKind<Payload>, payload: Payload): ReturnType<TaskKind<Payload>['run']>;
  remind(action: Action): ReturnType<TaskKind<unknown>['run']>;
  audited(): Promise<string[]>;
  cards(kind: string): Promise<{ subject: string; channel: string; locale: string }[]>;
  dueAt(key: string): Promise<string | null>;
  addReview(day: string, at?: Date): Promise<string>;
}

/** A database of our own, emptied before each test, a review to add to, and a Slack that knows two people. */
export function useActions(): Ground {
  const ground = {} as Ground;
  let requests = 0;
  beforeAll(async () => {
    ground.ours = await createOurDatabase();
  });
  afterAll(() => ground.ours.drop());
  beforeEach(async () => {
    for (const table of ['tasks', 'cards', 'actions', 'exemption_reviews', 'people', 'requests'])
      await ground.ours.pool.query(`delete from ${table}`);
    ground.clock = makeTestClock(START);
    ground.users = new Map([
      ['UOWN', { timeZone: 'America/New_York', locale: 'tr-TR' }],
      ['USEC1', { timeZone: null }],
    ]);
    ground.slackIsAway = false;
    ground.words = [];
    ground.deps = {
      pool: ground.ours.pool,
      policy: policyWith(),
      log,
      sources: [REVIEW_SOURCE],
      onChange: (word) => void ground.words.push(word),
      directory: { user: async (id) => userOf(ground, id) },
    };
    ground.review = await ground.addReview('2026-01-15');
  });
  Object.assign(ground, reading(ground));
  ground.add = (given = {}) =>
    addAction(ground.deps, ground.clock.now(), {
      source: { kind: 'exemption_review', id: ground.review },
      what: 'Ask the bank for the key',
      ownerId: 'UOWN',
      dueOn: '2026-01-20',
      person: SECURITY,
      requestId: `request-${(requests += 1)}`,
      ...given,
    });
  ground.added = async (given) => {
    const outcome = await ground.add(given);
    if (!outcome.ok) throw new Error(outcome.refusal.why);
    return outcome.action;
  };
  ground.run = async (kind, payload) => await kind.run(contextOf(ground), payload);
  ground.remind = async ({ id }) => await ground.run(makeActionTask(ground.deps), { id });
  return ground;
}

function userOf(ground: Ground, id: string): SlackUser | undefined {
  if (ground.slackIsAway) throw new AppError('slack_unavailable', 'away', { retryable: true });
  const known = ground.users.get(id);
  if (known === undefined) return undefined;
  return {
    id,
    teamId: 'T1',
    name: id,
    realName: id,
    locale: 'en-US',
    timeZone: 'Europe/Istanbul',
    isDeleted: false,
    isGuest: false,
    isStranger: false,
    isBot: false,
    ...known,
  };
}

function contextOf({ clock }: Ground): TaskContext {
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

function reading(ground: Ground) {
  const rows = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await ground.ours.pool.query<T>(sql, values)).rows;
  return {
    read: (action: Action) => readAction(ground.ours.pool, action.id),
    audited: async () =>
      (
        await rows<{ action: string }>(
          `select action from audit_log where at >= $1 and action like 'action.%' and subject_id in
             (select id::text from actions) order by seq`,
          [START],
        )
      ).map(({ action }) => action),
    cards: (kind: string) =>
      rows<{ subject: string; channel: string; locale: string }>(
        `select subject_id as subject, channel, locale from cards where kind = $1 order by created_at`,
        [kind],
      ),
    dueAt: async (key: string) => {
      const [task] = await rows<{ dueAt: Date }>(`select due_at as "dueAt" from tasks where key = $1`, [key]);
      return task?.dueAt.toISOString() ?? null;
    },
    addReview: async (day: string, at = ground.clock.now()) => {
      const [row] = await rows<{ id: string }>(
        `insert into exemption_reviews (id, day, at, figures) values (gen_random_uuid(), $1, $2, '{}') returning id`,
        [day, at],
      );
      return row!.id;
    },
  };
}
