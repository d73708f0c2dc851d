import type { Queryable } from '../database/pool.ts';
import type { RiskClass } from '../findings/types.ts';
import type { Subject } from '../ids.ts';
import { MANY_PREFIX } from './cause-keys.ts';

/** A finding that keeps an escalation of its cause alive, as far as that matters. */
export interface LiveFinding {
  id: string;
  causeKey: string;
  rule: string;
  class: RiskClass;
  family: string | null;
  tenantId: string;
  subject: Subject;
  isOpen: boolean;
}

const COLUMNS = `f.id, f.cause_key as "causeKey", f.rule, f.class, f.family, f.tenant_id as "tenantId",
  jsonb_build_object('kind', f.subject_kind, 'id', f.subject_id) as subject, f.state = 'open' as "isOpen"`;

/** Resolved by hand, and no run has looked since: nobody but a run proves that a HIGH is over. */
const UNCONFIRMED = `f.state = 'resolved' and f.closed_by is not null and f.confirmed_at is null`;
/** Worst first. */
const BY_AMOUNT = `f.amount_reporting_minor desc nulls last, f.occurred_at, f.id`;

/** One finding; undefined when there is none of this id. */
export async function readFinding(db: Queryable, id: string): Promise<LiveFinding | undefined> {
  const { rows } = await db.query<LiveFinding>(`select ${COLUMNS} from findings f where f.id = $1`, [id]);
  return rows[0];
}

/** Open HIGH findings outside the opening balance whose cause nobody is told of. */
export async function readUntold(db: Queryable): Promise<LiveFinding[]> {
  const { rows } = await db.query<LiveFinding>(
    `select ${COLUMNS} from findings f
      where f.state = 'open' and f.class = 'HIGH' and not f.opening
        and not exists (select from escalations e where e.cause_key = f.cause_key and e.state <> 'resolved')
        and not exists (select from escalation_causes c join escalations e on e.id = c.escalation_id
                         where c.cause_key = f.cause_key and e.state <> 'resolved')
      order by ${BY_AMOUNT}`,
  );
  return rows;
}

/**
 * What keeps the open escalations of single causes alive: HIGH findings that are open or unconfirmed, and, where a
 * person started one for a finding of any class, that finding as long as it is open. Worst first.
 */
export async function readLive(db: Queryable): Promise<LiveFinding[]> {
  const { rows } = await db.query<LiveFinding>(
    `select ${COLUMNS}
       from escalations e join findings f on f.cause_key = e.cause_key
      where e.state <> 'resolved' and f.state <> 'accepted'
        and (f.class = 'HIGH' and not f.opening and (f.state = 'open' or ${UNCONFIRMED})
             or f.state = 'open' and f.id::text = e.subject_id and e.started_by like 'person:%')
      order by ${BY_AMOUNT}`,
  );
  return rows;
}

/** Of each open escalation of many causes the rules that keep it alive; one that nothing does is left out. */
export async function readLiveMany(db: Queryable): Promise<Map<string, string[]>> {
  const { rows } = await db.query<{ id: string; rules: string[] }>(
    `select e.id, array_agg(distinct f.rule) as rules
       from escalations e
       join escalation_causes c on c.escalation_id = e.id
       join findings f on f.cause_key = c.cause_key
      where e.state <> 'resolved' and e.cause_key like $1 and f.class = 'HIGH' and not f.opening
        and (f.state = 'open' or ${UNCONFIRMED})
      group by e.id`,
    [`${MANY_PREFIX}%`],
  );
  return new Map(rows.map(({ id, rules }) => [id, rules]));
}

/** HIGH breaks of the opening balance that nobody has taken over: none of them when there are no rules. */
export async function readOpening(db: Queryable): Promise<{ isOpen: boolean; rules: string[] }> {
  const { rows } = await db.query<{
    is_open: boolean | null;
    rules: string[] | null;
  }>(
    `select bool_or(f.state = 'open') as is_open, array_agg(distinct f.rule) as rules
       from findings f
      where f.opening and f.class = 'HIGH' and f.adopted_at is null and (f.state = 'open' or ${UNCONFIRMED})`,
  );
  const row = rows[0];
  return { isOpen: row?.is_open === true, rules: row?.rules ?? [] };
}

/** What became of the causes of escalations whose findings keep them alive no more. */
export async function readEnds(
  db: Queryable,
  causeKeys: readonly string[],
): Promise<Map<string, 'accepted' | 'lowered' | 'confirmed'>> {
  const { rows } = await db.query<{ cause_key: string; accepted: boolean; open: boolean }>(
    `select cause_key, bool_or(state = 'accepted') as accepted, bool_or(state = 'open') as open
       from findings where cause_key = any ($1) group by cause_key`,
    [causeKeys],
  );
  return new Map(
    rows.map((row) => [row.cause_key, row.open ? 'lowered' : row.accepted ? 'accepted' : 'confirmed']),
  );
}

/** Was the opening balance taken over by two, or is what was HIGH in it gone? */
export async function readOpeningEnd(db: Queryable): Promise<'adopted' | 'confirmed'> {
  const { rows } = await db.query<{ adopted: boolean }>(
    `select exists (select from findings
                     where opening and class = 'HIGH' and state = 'open' and adopted_at is not null) as adopted`,
  );
  return rows[0]?.adopted === true ? 'adopted' : 'confirmed';
}

/** Adds causes to an escalation of many. */
export async function insertCauses(
  db: Queryable,
  escalationId: string,
  causeKeys: readonly string[],
): Promise<void> {
  await db.query(
    `insert into escalation_causes (escalation_id, cause_key) select $1, unnest($2::text[]) on conflict do nothing`,
    [escalationId, causeKeys],
  );
}
