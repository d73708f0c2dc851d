import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { Extension } from './models.ts';
import type { Closing, Exemption } from './types.ts';

/** Days as text: a date that travels as a Date takes a time zone on. */
const COLUMNS = `e.id, e.number::int as number, e.name, e.place, e.risk, e.route,
  e.owner_id as "ownerId", e.owner_key as "ownerKey", e.deputy_id as "deputyId", e.deputy_key as "deputyKey",
  e.mitigation, e.ticket, e.links, e.opened_by as "openedBy", e.opened_at as "openedAt",
  e.opened_on::text as "openedOn", e.first_deadline::text as "firstDeadline", e.deadline::text as deadline,
  e.extensions, e.state, e.closing_id as "closingId", e.closed_at as "closedAt", e.breached_at as "breachedAt"`;

const CLOSING_COLUMNS = `c.id, c.exemption_id as "exemptionId", c.number, c.submitted_by as "submittedBy",
  c.submitter_key as "submitterKey", c.submitted_at as "submittedAt", c.evidence_link as "evidenceLink",
  c.evidence_note as "evidenceNote", c.state, c.decided_by as "decidedBy", c.decider_key as "deciderKey",
  c.decided_at as "decidedAt", c.decided_reason as "decidedReason"`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null: there is none of this id. */
export async function readExemption(db: Queryable, id: string): Promise<Exemption | null> {
  return await readOne(db, id, '');
}

/** The same, locked: whoever changes it waits for the others. */
export async function lockExemption(tx: Tx, id: string): Promise<Exemption | null> {
  return await readOne(tx, id, 'for update of e');
}

/** By what people call it. */
export async function readExemptionByNumber(db: Queryable, number: number): Promise<Exemption | null> {
  const { rows } = await db.query<Exemption>(`select ${COLUMNS} from exemptions e where e.number = $1`, [
    number,
  ]);
  return rows[0] ?? null;
}

/** The newest of this name and place, whatever its state; the same letters in other cases are the same. */
export async function readNewestNamed(
  db: Queryable,
  { name, place }: Pick<Exemption, 'name' | 'place'>,
): Promise<Exemption | null> {
  const { rows } = await db.query<Exemption>(
    `select ${COLUMNS} from exemptions e where lower(e.name) = lower($1) and lower(e.place) = lower($2)
      order by e.opened_at desc, e.number desc limit 1`,
    [name, place],
  );
  return rows[0] ?? null;
}

/** Every one that is not closed, the nearest deadline first. */
export async function readUnclosed(db: Queryable): Promise<Exemption[]> {
  const { rows } = await db.query<Exemption>(
    `select ${COLUMNS} from exemptions e where e.state <> 'closed' order by e.deadline, e.number`,
  );
  return rows;
}

/** Those whose first deadline lay before a business day and that were not closed at a moment of it, whatever they are now. */
export async function readOverdueAt(db: Queryable, at: Date, day: string): Promise<Exemption[]> {
  const { rows } = await db.query<Exemption>(
    `select ${COLUMNS} from exemptions e
      where e.first_deadline < $2 and e.opened_at <= $1 and (e.closed_at is null or e.closed_at > $1)`,
    [at, day],
  );
  return rows;
}

export async function readClosing(db: Queryable, id: string): Promise<Closing | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Closing>(
    `select ${CLOSING_COLUMNS} from exemption_closings c where c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Opens one; null: one of this name and place is open, also when it was opened in the same millisecond. */
export async function insertExemption(
  tx: Tx,
  row: Omit<
    Exemption,
    'number' | 'firstDeadline' | 'extensions' | 'state' | 'closingId' | 'closedAt' | 'breachedAt'
  >,
): Promise<Exemption | null> {
  const { rows } = await tx.query<Exemption>(
    `insert into exemptions as e (id, name, place, risk, route, owner_id, owner_key, deputy_id, deputy_key, mitigation,
       ticket, links, opened_by, opened_at, opened_on, first_deadline, deadline, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 'open')
     on conflict (lower(name), lower(place)) where state <> 'closed' do nothing
     returning ${COLUMNS}`,
    [
      row.id,
      row.name,
      row.place,
      row.risk,
      row.route,
      row.ownerId,
      row.ownerKey,
      row.deputyId,
      row.deputyKey,
      row.mitigation,
      row.ticket,
      row.links,
      row.openedBy,
      row.openedAt,
      row.openedOn,
      row.deadline,
    ],
  );
  return rows[0] ?? null;
}

/** Those that a condition of ours on `e` chooses, in its order; `tail` is never made of what somebody typed. */
export async function selectExemptions(
  db: Queryable,
  tail: string,
  values: readonly unknown[],
): Promise<Exemption[]> {
  const { rows } = await db.query<Exemption>(`select ${COLUMNS} from exemptions e ${tail}`, [...values]);
  return rows;
}

/** Its approved extensions, the first one first. */
export async function readExtensions(db: Queryable, exemptionId: string): Promise<Extension[]> {
  const { rows } = await db.query<Extension>(
    `select number, override_id as "overrideId", decided_on::text as "decidedOn", was::text as was,
            deadline::text as deadline
       from exemption_extensions where exemption_id = $1 order by number`,
    [exemptionId],
  );
  return rows;
}

/** What of an exemption a verb may change; whatever it was promised for stays. */
export type ExemptionChange = Partial<
  Pick<
    Exemption,
    'state' | 'ownerId' | 'ownerKey' | 'deputyId' | 'deputyKey' | 'closingId' | 'closedAt' | 'breachedAt'
  >
> &
  Partial<Pick<Exemption, 'deadline' | 'extensions'>>;

/** Writes a change of one that is locked; gives it as it is now. */
export async function writeExemption(tx: Tx, before: Exemption, change: ExemptionChange): Promise<Exemption> {
  const after = { ...before, ...change };
  const { rows } = await tx.query<Exemption>(
    `update exemptions e
        set state = $2, owner_id = $3, owner_key = $4, deputy_id = $5, deputy_key = $6, closing_id = $7,
            closed_at = $8, breached_at = $9, deadline = $10, extensions = $11
      where e.id = $1
     returning ${COLUMNS}`,
    [
      before.id,
      after.state,
      after.ownerId,
      after.ownerKey,
      after.deputyId,
      after.deputyKey,
      after.closingId,
      after.closedAt,
      after.breachedAt,
      after.deadline,
      after.extensions,
    ],
  );
  assert(rows[0] !== undefined, `the exemption ${before.id} is gone`);
  return rows[0];
}

/** One approved extension; the deadline moves by it. */
export async function insertExtension(
  tx: Tx,
  row: {
    exemptionId: string;
    number: number;
    overrideId: string;
    decidedOn: string;
    decidedAt: Date;
    was: string;
    deadline: string;
  },
): Promise<void> {
  await tx.query(
    `insert into exemption_extensions (exemption_id, number, override_id, decided_on, decided_at, was, deadline)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [row.exemptionId, row.number, row.overrideId, row.decidedOn, row.decidedAt, row.was, row.deadline],
  );
}

async function readOne(db: Queryable, id: string, lock: '' | 'for update of e'): Promise<Exemption | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Exemption>(`select ${COLUMNS} from exemptions e where e.id = $1 ${lock}`, [
    id,
  ]);
  return rows[0] ?? null;
}
