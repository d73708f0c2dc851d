import type { Pool, Queryable } from '../database/pool.ts';
import { readMine, type MyExemptions } from '../exemptions/list-exemptions.ts';
import { listFindings, type FindingList } from '../findings/list-findings.ts';
import { NO_FILTER } from '../findings/list-rules.ts';
import type { RiskClass } from '../findings/types.ts';
import type { FindingId, UserId } from '../ids.ts';
import type { Severity, Title } from '../incidents/types.ts';
import type { OpenOverride } from '../overrides/models.ts';
import { listWaitingFor } from '../overrides/waiting-for.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import { readState, type ReconState } from '../reconciliation/read-state.ts';
import type { SloDeps } from '../slo/deps.ts';
import { loadStandings } from '../slo/load-standing.ts';
import { mayRead } from '../slo/may-read.ts';
import type { Standing } from '../slo/models.ts';

/** Lines of one list; what is more is counted. */
const MOST_LINES = 5;

export interface HomeEscalation {
  id: string;
  title: Title;
  severity: Severity;
  startedAt: Date;
  /** The level that was told last; 0: none yet. */
  level: number;
  message: { channelId: string; ts: string } | null;
}

export interface HomeProposal {
  id: string;
  findingId: FindingId;
  rule: string;
  class: RiskClass;
  proposedBy: string;
  until: Date;
}

interface Lines<T> {
  lines: T[];
  count: number;
}

/** What waits for one person: the day, what nobody has answered, what they may decide, and what is theirs. */
export interface HomeModel {
  state: ReconState;
  unanswered: Lines<HomeEscalation>;
  /** What is asked to be done by hand, and waits for this person. */
  overrides: Lines<OpenOverride>;
  /** Empty for who may not decide them. */
  proposals: Lines<HomeProposal>;
  mine: FindingList;
  /** Exemptions that are theirs, and those that wait for their review. */
  exemptions: MyExemptions;
  /** Escalations that they acknowledged or were handed. */
  held: Lines<HomeEscalation>;
  /** How the promises stand; empty for who may not ask, and where nothing is promised; null: they could not be read. */
  promises: Standing[] | null;
  timeZone: string;
  now: Date;
}

/** Own rows only: Home stands while the finance database is slow or away. */
export async function loadHome(pool: Pool, of: PromisesOf): Promise<HomeModel> {
  const { person, policy, now } = of;
  const state = await readState(pool, policy, now);
  const decides = person.roles.has('managers') || person.roles.has('leads');
  const filter = { ...NO_FILTER, owner: 'mine' } as const;
  const runId = state.settled?.id ?? null;
  const [unanswered, held, proposals, mine, waiting, exemptions, promises] = await Promise.all([
    readEscalations(pool, `e.state = 'open'`, []),
    readEscalations(pool, `e.state = 'acknowledged' and $2 in (e.acknowledged_by, e.owner)`, [person.userId]),
    decides ? readProposals(pool, person) : { lines: [], count: 0 },
    listFindings(pool, { filter, page: 1, me: person.userId, runId }),
    listWaitingFor(pool, policy, now, person),
    readExemptions(pool, of),
    readPromises(pool, of),
  ]);
  const overrides = { lines: waiting.slice(0, MOST_LINES), count: waiting.length };
  const timeZone = policy.business.time_zone;
  return { state, unanswered, overrides, held, proposals, mine, exemptions, promises, timeZone, now };
}

interface PromisesOf {
  person: Person;
  policy: Policy;
  slos: SloDeps['slos'];
  now: Date;
  /** Told why they could not be read. */
  onUnread: (error: unknown) => void;
}

/**
 * How the promises stand, for who may ask: by default the team, with or without a role. Null when they can't be read:
 * that is no reason to show nothing else.
 */
export async function readPromises(
  pool: Pool,
  { person, policy, slos, now, onUnread }: PromisesOf,
): Promise<Standing[] | null> {
  if (!mayRead(policy, person)) return [];
  try {
    return await loadStandings({ pool, policy, slos }, now);
  } catch (error) {
    onUnread(error);
    return null;
  }
}

/** What is theirs of the register: all that somebody without a role sees of Home. */
export async function readExemptions(
  db: Queryable,
  { person, policy, now }: { person: Person; policy: Policy; now: Date },
): Promise<MyExemptions> {
  const { userId, key, roles } = person;
  const isSecurity = roles.has('security');
  return await readMine(db, { now, zone: policy.business.time_zone, userId, key, isSecurity });
}

async function readEscalations(
  db: Queryable,
  which: string,
  values: readonly UserId[],
): Promise<Lines<HomeEscalation>> {
  const { rows } = await db.query<{
    id: string;
    title: Title;
    severity: Severity;
    started_at: Date;
    level: number;
    channel_id: string | null;
    ts: string | null;
    count: number;
  }>(
    `select e.id, e.title, e.severity, e.started_at, e.level, c.channel_id, c.ts, count(*) over ()::int as count
       from escalations e
       left join cards c on c.kind = 'escalation' and c.subject_kind = 'escalation' and c.subject_id = e.id::text
      where ${which} order by e.severity, e.started_at, e.id limit $1`,
    [MOST_LINES, ...values],
  );
  const lines = rows.map(({ id, title, severity, started_at: startedAt, level, channel_id, ts }) => ({
    id,
    title,
    severity,
    startedAt,
    level,
    message: channel_id === null || ts === null ? null : { channelId: channel_id, ts },
  }));
  return { lines, count: rows[0]?.count ?? 0 };
}

/** What others proposed: nobody decides their own. */
async function readProposals(db: Queryable, person: Person): Promise<Lines<HomeProposal>> {
  const { rows } = await db.query<{
    id: string;
    finding_id: FindingId;
    rule: string;
    class: RiskClass;
    proposed_by: string;
    until: Date;
    count: number;
  }>(
    `select a.id, a.finding_id, a.rule, a.class, a.proposed_by, a.until, count(*) over ()::int as count
       from acceptances a
      where a.state = 'proposed' and a.proposed_by <> $2 and a.proposed_key <> $3
      order by a.proposed_at, a.id limit $1`,
    [MOST_LINES, actorOf(person), person.key],
  );
  const lines = rows.map((row) => ({
    id: row.id,
    findingId: row.finding_id,
    rule: row.rule,
    class: row.class,
    proposedBy: row.proposed_by,
    until: row.until,
  }));
  return { lines, count: rows[0]?.count ?? 0 };
}
