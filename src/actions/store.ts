import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { Action } from './types.ts';

/** Days as text: a date that travels as a Date takes a time zone on. */
export const ACTION_COLUMNS = `a.id, a.number::int as number, a.series, a.source_kind as "sourceKind",
  a.source_id as "sourceId", a.what, a.owner_id as "ownerId", a.due_on::text as "dueOn",
  a.created_by as "createdBy", a.created_at as "createdAt", a.state, a.done_at as "doneAt",
  a.done_by as "doneBy", a.done_on::text as "doneOn", a.reminded_at as "remindedAt"`;

/** Whether the owner of `a` can act no more, as far as Slack was asked; `p` is the row of people. */
export const OWNER_LEFT = `coalesce(p.is_deleted or p.is_guest or p.is_stranger or p.is_bot, false)`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null: there is none of this id. */
export async function readAction(db: Queryable, id: string): Promise<Action | null> {
  return await readOne(db, id, '');
}

/** The same, locked: whoever changes it waits for the others. */
export async function lockAction(tx: Tx, id: string): Promise<Action | null> {
  return await readOne(tx, id, 'for update of a');
}

export async function insertAction(tx: Tx, action: Omit<Action, 'number'>): Promise<Action> {
  const { rows } = await tx.query<Action>(
    `insert into actions as a (id, series, source_kind, source_id, what, owner_id, due_on, created_by, created_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')
     returning ${ACTION_COLUMNS}`,
    [
      action.id,
      action.series,
      action.sourceKind,
      action.sourceId,
      action.what,
      action.ownerId,
      action.dueOn,
      action.createdBy,
      action.createdAt,
    ],
  );
  assert(rows[0] !== undefined, 'the action was not stored');
  return rows[0];
}

/** Null: it was not open any more. */
export async function endAction(
  tx: Tx,
  id: string,
  end: { state: 'done' | 'dropped'; at: Date; by: string; day: string },
): Promise<Action | null> {
  const { rows } = await tx.query<Action>(
    `update actions a set state = $2, done_at = $3, done_by = $4, done_on = $5
      where a.id = $1 and a.state = 'open'
     returning ${ACTION_COLUMNS}`,
    [id, end.state, end.at, end.by, end.day],
  );
  return rows[0] ?? null;
}

/** Slack has taken the reminder; the first time counts. */
export async function markReminded(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update actions set reminded_at = $2 where id = $1 and reminded_at is null`,
    [id, now],
  );
  return rowCount === 1;
}

async function readOne(db: Queryable, id: string, lock: '' | 'for update of a'): Promise<Action | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Action>(`select ${ACTION_COLUMNS} from actions a where a.id = $1 ${lock}`, [
    id,
  ]);
  return rows[0] ?? null;
}
