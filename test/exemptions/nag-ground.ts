import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { CardKind } from '../../src/cards/types.ts';
import { failCard } from '../../src/cards/fail-card.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { AppError } from '../../src/errors.ts';
import type { ExemptionDeps } from '../../src/exemptions/deps.ts';
import { makeEscalate } from '../../src/exemptions/escalate.ts';
import { readExemption } from '../../src/exemptions/store.ts';
import { makeExemptionTask } from '../../src/exemptions/task.ts';
import type { Exemption } from '../../src/exemptions/types.ts';
import { newId, type TaskId } from '../../src/ids.ts';
import type { TaskContext, TaskKind } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { exemptionCards } from '../../src/main/exemptions.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import type { SlackUser } from '../../src/ports.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const log = makeLog('silent');

interface NagRow {
  id: string;
  step: number;
  audience: string;
  recipient: string;
  sent: boolean;
  failed: boolean;
}

export interface NagGround {
  ours: TestDatabase;
  policy: Policy;
  clock: TestClock;
  deps: ExemptionDeps;
  /** Who is in the workspace; whoever is not listed does not exist. */
  people: Map<string, Partial<SlackUser>>;
  slackIsAway: boolean;
  add(
    changes?: Partial<Record<'owner' | 'deputy' | 'opened' | 'deadline' | 'risk', string>>,
  ): Promise<Exemption>;
  handIn(exemption: Exemption): Promise<string>;
  read(exemption: Exemption): Promise<Exemption>;
  /** Runs its task once, now; gives when it wants to run again. */
  look(exemption: Exemption): Promise<string | null>;
  /** Moves the clock there, and looks. */
  lookAt(exemption: Exemption, iso: string): Promise<string | null>;
  run(kind: TaskKind<Record<string, never>>): Promise<void>;
  nags(exemption: Exemption): Promise<NagRow[]>;
  /** As "step audience recipient", with what became of it: sent, failed or asked. */
  told(exemption: Exemption): Promise<string[]>;
  /** Slack says ok to whatever of it is under way. */
  post(exemption: Exemption): Promise<void>;
  /** Slack refuses whatever of it is under way, for good. */
  refuse(exemption: Exemption): Promise<void>;
  audited(exemption: Exemption): Promise<string[]>;
  alerts(): Promise<{ kind: string; state: string; severity: string; args: object }[]>;
}

export async function makeNagGround(): Promise<NagGround> {
  const ours = await createOurDatabase();
  const policy = nagPolicy();
  const clock = makeTestClock('2026-01-15T06:00:00Z');
  const people: NagGround['people'] = new Map();
  const ground = { ours, policy, clock, people, slackIsAway: false } as NagGround;
  ground.deps = {
    pool: ours.pool,
    policy,
    log,
    directory: {
      async user(id) {
        if (ground.slackIsAway) throw new AppError('slack_unavailable', 'away', { retryable: true });
        const known = people.get(id);
        return known === undefined ? undefined : { ...NOBODY, ...known, id };
      },
    },
    ...makeEscalate({ pool: ours.pool, policy }),
  };
  return Object.assign(ground, rowsOf(ground), workOf(ground), {
    async told(exemption: Exemption) {
      return (await ground.nags(exemption)).map(({ step, audience, recipient, sent, failed }) => {
        const became = sent ? 'sent' : failed ? 'failed' : 'asked';
        return `${step} ${audience} ${recipient} ${became}`;
      });
    },
  });
}

const NOBODY: SlackUser = {
  id: '',
  teamId: 'T1',
  name: 'n',
  realName: 'N',
  locale: 'en-US',
  timeZone: 'Europe/Istanbul',
  isDeleted: false,
  isGuest: false,
  isStranger: false,
  isBot: false,
};

function nagPolicy(): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  const policy = parse(text) as Record<string, unknown>;
  policy['people'] = { owner1: { slack: ['UOWN'], lead: 'lead1' }, lead1: { slack: ['ULEAD'] } };
  policy['roles'] = { ops: {}, managers: {}, leads: {}, sre: {}, security: { users: ['USEC'] } };
  return parsePolicy(stringify(policy));
}

let names = 0;

function rowsOf({ ours: { pool }, clock }: NagGround) {
  const rows: Pick<NagGround, 'add' | 'handIn' | 'read' | 'nags' | 'audited' | 'alerts'> = {
    async add({ owner = 'UOWN', deputy, opened, deadline, risk = 'HIGH' } = {}) {
      const id = newId();
      const openedAt = clock.now();
      const day = opened ?? openedAt.toISOString().slice(0, 10);
      names += 1;
      await pool.query(
        `insert into exemptions (id, name, place, risk, route, owner_id, owner_key, deputy_id, deputy_key, mitigation,
                                 ticket, links, opened_by, opened_at, opened_on, first_deadline, deadline, state)
         values ($1, $2, 'vault', $3, 'rotate', $4, $5, $6, $6, 'm', 't', '', 'person:UOPS1', $7, $8, $9, $9, 'open')`,
        [
          id,
          `KEY_${names}`,
          risk,
          owner,
          owner === 'UOWN' ? 'owner1' : owner,
          deputy ?? null,
          openedAt,
          day,
          deadline ?? '2026-02-14',
        ],
      );
      const exemption = await readExemption(pool, id);
      if (exemption === null) throw new Error('it was not added');
      return exemption;
    },
    async handIn(exemption) {
      const id = newId();
      await pool.query(
        `insert into exemption_closings (id, exemption_id, number, submitted_by, submitter_key, submitted_at,
                                         evidence_link, evidence_note, state)
         values ($1, $2, 1, 'UOWN', 'owner1', $3, 'https://e', 'n', 'waiting')`,
        [id, exemption.id, clock.now()],
      );
      await pool.query(`update exemptions set state = 'closing', closing_id = $2 where id = $1`, [
        exemption.id,
        id,
      ]);
      return id;
    },
    async read({ id }) {
      const exemption = await readExemption(pool, id);
      if (exemption === null) throw new Error('it is gone');
      return exemption;
    },
    async nags({ id }) {
      const { rows } = await pool.query<NagRow>(
        `select id, step, audience, recipient, sent_at is not null as sent, failed_at is not null as failed
           from exemption_nags where exemption_id = $1 order by asked_at, audience desc, id`,
        [id],
      );
      return rows;
    },
    async audited({ id }) {
      const { rows } = await pool.query<{ action: string }>(
        `select action from audit_log where subject_id = $1 order by seq`,
        [id],
      );
      return rows.map(({ action }) => action);
    },
    async alerts() {
      const { rows } = await pool.query<{ kind: string; state: string; severity: string; args: object }>(
        `select kind, state, severity, args from alerts order by first_at, kind`,
      );
      return rows;
    },
  };
  return rows;
}

function workOf(ground: NagGround) {
  const { ours, clock, policy, deps } = ground;
  const { pool } = ours;
  const kinds = new Map<string, CardKind<unknown>>(
    exemptionCards(policy, clock).map((kind) => [kind.kind, kind]),
  );
  const context: TaskContext = {
    taskId: 't' as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log,
    signal: new AbortController().signal,
    guard: async () => undefined,
  };
  const task = makeExemptionTask(deps);
  const underWay = async ({ id }: Exemption) => {
    const { rows } = await pool.query<{ nag: string; card: string; kind: string }>(
      `select n.id as nag, c.id as card, c.kind from exemption_nags n
         join cards c on c.subject_kind = 'exemption_nag' and c.subject_id = n.id::text
        where n.exemption_id = $1 and n.sent_at is null and n.failed_at is null order by n.audience desc`,
      [id],
    );
    return rows;
  };
  const look: NagGround['look'] = async ({ id }) => {
    const outcome = await task.run(context, { id });
    return outcome.state === 'again' ? outcome.at.toISOString() : null;
  };
  const work: Pick<NagGround, 'look' | 'lookAt' | 'run' | 'post' | 'refuse'> = {
    look,
    async lookAt(exemption, iso) {
      clock.set(iso);
      return await look(exemption);
    },
    async run(kind) {
      await kind.run(context, {});
    },
    async post(exemption) {
      for (const { nag, kind } of await underWay(exemption)) {
        const subject = { kind: 'exemption_nag', id: nag } as const;
        await withTransaction(pool, async (tx) => kinds.get(kind)?.onPosted?.(tx, clock.now(), { subject }));
      }
    },
    async refuse(exemption) {
      for (const { card } of await underWay(exemption)) {
        const failure = {
          taskId: newId<TaskId>(),
          kind: 'card',
          key: `card:${card}`,
          payload: { cardId: card },
          error: 'Slack refused conversations.open with user_disabled',
          code: 'slack_refused' as const,
          at: clock.now(),
        };
        await withTransaction(pool, (tx) => failCard(tx, failure, kinds));
      }
    },
  };
  return work;
}
