import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { NAG_CARD } from '../../src/exemptions/types.ts';
import type { ExemptionDeps } from '../../src/exemptions/deps.ts';
import { makeEscalate } from '../../src/exemptions/escalate.ts';
import { makeExemptionTask } from '../../src/exemptions/task.ts';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { newId, type TaskId } from '../../src/ids.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { exemptionCards } from '../../src/main/exemptions.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { dayIn, ZONES } from './year-lives.ts';
import type { Calendar, Happening, Life } from './year-reference.ts';

const log = makeLog('silent');

/** One owner a time zone, with and without somebody who leads them. */
function ownerOf({ zone, hasLead }: Pick<Life, 'zone' | 'hasLead'>): string {
  return `UOWN${ZONES.findIndex((each) => each === zone)}${hasLead ? 'L' : 'N'}`;
}

export function yearPolicy(): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  const policy = parse(text) as Record<string, unknown>;
  const led = ZONES.map((zone, index) => [
    `led${index}`,
    { slack: [ownerOf({ zone, hasLead: true })], lead: 'lead1' },
  ]);
  policy['people'] = { lead1: { slack: ['ULEAD1'] }, ...Object.fromEntries(led) };
  return parsePolicy(stringify(policy));
}

interface Running {
  life: Life;
  id: string;
  dueAt: number | null;
  events: Happening[];
  closingId: string | null;
  closings: number;
  extensions: number;
  deadline: string;
}

export interface YearWorld {
  database: TestDatabase;
  run(lives: readonly Life[], calendar: Calendar): Promise<void>;
  /** What was sent of each, by name: "deadline step audience hour", the hour by UTC. */
  sent(): Promise<Map<string, string[]>>;
}

/** Exemptions on a real database, each looked at by two workers at once whenever its task asks to be. */
export async function makeYearWorld(policy: Policy): Promise<YearWorld> {
  const database = await createOurDatabase();
  const { pool } = database;
  const clock = makeTestClock('2026-01-01T00:00:00Z');
  const deps: ExemptionDeps = {
    pool,
    policy,
    log,
    directory: { user: async (id) => person(id) },
    ...makeEscalate({ pool, policy }),
  };
  const look = makeLook(deps, clock, policy);
  return {
    database,
    run: (lives, calendar) => live(pool, clock, { lives, calendar, look }),
    sent: () => readSent(pool),
  };
}

function person(id: string) {
  return {
    id,
    teamId: 'T1',
    name: id.toLowerCase(),
    realName: id,
    locale: 'tr-TR',
    timeZone: ZONES[Number(id.at(4))] ?? null,
    isDeleted: false,
    isGuest: false,
    isStranger: false,
    isBot: false,
  };
}

/** Two workers at once; then Slack says ok to what they asked for. Gives when it is to be looked at again. */
function makeLook(deps: ExemptionDeps, clock: TestClock, policy: Policy) {
  const { pool } = deps;
  const workers = [makeExemptionTask(deps), makeExemptionTask(deps)];
  const card = exemptionCards(policy, clock).find(({ kind }) => kind === NAG_CARD);
  const context: TaskContext = {
    taskId: 't' as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log,
    signal: new AbortController().signal,
    guard: async () => undefined,
  };
  return async (id: string): Promise<number | null> => {
    const outcomes = await Promise.all(workers.map((worker) => worker.run(context, { id })));
    const { rows } = await pool.query<{ id: string }>(
      `select id from exemption_nags where exemption_id = $1 and sent_at is null`,
      [id],
    );
    for (const row of rows) {
      const subject = { kind: 'exemption_nag', id: row.id } as const;
      await withTransaction(pool, async (tx) => card?.onPosted?.(tx, clock.now(), { subject }));
    }
    const ats = outcomes.map((outcome) => (outcome.state === 'again' ? outcome.at.getTime() : null));
    if (ats[0] !== ats[1]) throw new Error(`the workers do not agree about ${id}: ${ats.join(', ')}`);
    return ats[0] ?? null;
  };
}

async function live(
  pool: Pool,
  clock: TestClock,
  of: { lives: readonly Life[]; calendar: Calendar; look(id: string): Promise<number | null> },
): Promise<void> {
  const { calendar } = of;
  const waiting = of.lives.toSorted((one, other) => one.openedAt - other.openedAt);
  const running: Running[] = [];
  const upFrom = (at: number) => calendar.downtimes.find(([from, to]) => from <= at && at < to)?.[1] ?? at;
  for (;;) {
    const moments = running.flatMap(({ dueAt, events }) => [
      ...(dueAt === null ? [] : [upFrom(dueAt)]),
      ...(events[0] === undefined ? [] : [events[0].at]),
    ]);
    const at = Math.min(...moments, waiting[0]?.openedAt ?? Number.POSITIVE_INFINITY);
    if (at >= calendar.to) return;
    clock.set(new Date(at));
    while (waiting[0] !== undefined && waiting[0].openedAt <= at) {
      const life = waiting.shift();
      if (life !== undefined) running.push(await open(pool, life));
    }
    for (const each of running) {
      while (each.events[0] !== undefined && each.events[0].at <= at) {
        await happen(pool, each, each.events[0], calendar.businessZone);
        each.events.shift();
        each.dueAt = at;
      }
    }
    if (upFrom(at) > at) continue;
    const due = running.filter(({ dueAt }) => dueAt !== null && dueAt <= at);
    await Promise.all(
      due.map(async (each) => {
        each.dueAt = await of.look(each.id);
        if (each.dueAt !== null && each.dueAt <= at) throw new Error(`${each.life.name} does not move on`);
      }),
    );
  }
}

async function open(pool: Pool, life: Life): Promise<Running> {
  const id = newId();
  const owner = ownerOf(life);
  const key = life.hasLead ? `led${ZONES.findIndex((zone) => zone === life.zone)}` : owner;
  await pool.query(
    `insert into exemptions (id, name, place, risk, route, owner_id, owner_key, mitigation, ticket, links, opened_by,
                             opened_at, opened_on, first_deadline, deadline, state)
     values ($1, $2, 'vault', 'HIGH', 'rotate', $3, $4, 'm', 't', '', 'person:UOPS1', $5, $6, $7, $7, 'open')`,
    [id, life.name, owner, key, new Date(life.openedAt), life.opened, life.firstDeadline],
  );
  const rest = { closingId: null, closings: 0, extensions: 0, deadline: life.firstDeadline };
  return { life, id, dueAt: life.openedAt, events: [...life.events], ...rest };
}

async function happen(pool: Pool, each: Running, event: Happening, zone: string): Promise<void> {
  const at = new Date(event.at);
  switch (event.kind) {
    case 'hand_in': {
      each.closingId = newId();
      each.closings += 1;
      await pool.query(
        `with c as (
           insert into exemption_closings (id, exemption_id, number, submitted_by, submitter_key, submitted_at,
                                           evidence_link, evidence_note, state)
           values ($1, $2, $3, 'UOWN', 'UOWN', $4, 'https://e', 'n', 'waiting') returning id)
         select id from c`,
        [each.closingId, each.id, each.closings, at],
      );
      await pool.query(`update exemptions set state = 'closing', closing_id = $2 where id = $1`, [
        each.id,
        each.closingId,
      ]);
      return;
    }
    case 'refuse':
    case 'close': {
      const isRefused = event.kind === 'refuse';
      await pool.query(
        `update exemption_closings set state = $2, decided_by = 'USEC', decider_key = 'USEC', decided_at = $3,
                decided_reason = 'r' where id = $1`,
        [each.closingId, isRefused ? 'refused' : 'accepted', at],
      );
      await pool.query(`update exemptions set state = $2, closed_at = $3 where id = $1`, [
        each.id,
        isRefused ? 'open' : 'closed',
        isRefused ? null : at,
      ]);
      return;
    }
    case 'extend':
      await extend(pool, each, event, dayIn(zone, event.at));
  }
}

async function extend(
  pool: Pool,
  each: Running,
  { at, deadline }: Happening & { kind: 'extend' },
  decidedOn: string,
): Promise<void> {
  const overrideId = newId();
  each.extensions += 1;
  await pool.query(
    `insert into overrides (id, kind, tenant_id, subject_kind, subject_id, state, version, target, basis, requested_by,
                            requester_key, requested_at, reason_code, reason, ticket, evidence, after_rejection,
                            approved_at, over_at)
     values ($1, 'extension', 't', 'exemption', $2, 'executed', 1, 'extend', 'b', 'person:U', 'U', $3, 'c', 'r', 't',
             'e', false, $3, $3)`,
    [overrideId, each.id, new Date(at)],
  );
  await pool.query(
    `insert into exemption_extensions (exemption_id, number, override_id, decided_on, decided_at, was, deadline)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [each.id, each.extensions, overrideId, decidedOn, new Date(at), each.deadline, deadline],
  );
  await pool.query(`update exemptions set extensions = $2, deadline = $3 where id = $1`, [
    each.id,
    each.extensions,
    deadline,
  ]);
  each.deadline = deadline;
}

async function readSent(pool: Pool): Promise<Map<string, string[]>> {
  const { rows } = await pool.query<{ name: string; sent: string }>(
    `select e.name,
            concat_ws(' ', case when n.audience = 'reviewers' then c.number::text else n.deadline::text end,
                      n.step, n.audience, to_char(n.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24')) as sent
       from exemption_nags n join exemptions e on e.id = n.exemption_id
       left join exemption_closings c on c.id = n.closing_id`,
  );
  const sent = new Map<string, string[]>();
  for (const { name, sent: what } of rows) sent.set(name, [...(sent.get(name) ?? []), what]);
  return new Map([...sent].map(([name, list]) => [name, list.toSorted()]));
}
