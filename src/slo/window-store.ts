import type { Queryable, Tx } from '../database/pool.ts';
import type { LeftOut } from './types.ts';

const COLUMNS = `id, number::int as number, slo, from_at as "fromAt", to_at as "toAt", cause, note, created_by as "createdBy",
  created_key as "createdKey", created_at as "createdAt", state, override_id as "overrideId", decided_at as "decidedAt",
  back_override_id as "backOverrideId", back_at as "backAt"`;

/** Stretches that are left out, or were put back, and touch [from, to); oldest first. What was asked for only is none. */
export async function listLeftOut(
  db: Queryable,
  { slo, from, to }: { slo?: string; from: Date; to: Date },
): Promise<LeftOut[]> {
  const { rows } = await db.query<LeftOut>(
    `select ${COLUMNS} from slo_windows
      where state <> 'asked' and from_at < $2 and to_at > $1 and ($3::text is null or slo = $3)
      order by from_at, number`,
    [from, to, slo ?? null],
  );
  return rows;
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One stretch; null: there is none of this id, or it is no id at all. */
export async function readWindow(db: Queryable, id: string): Promise<LeftOut | null> {
  if (!ID.test(id)) return null;
  const { rows } = await db.query<LeftOut>(`select ${COLUMNS} from slo_windows where id = $1`, [id]);
  return rows[0] ?? null;
}

/** One stretch by the number in its name. */
export async function readWindowNumbered(db: Queryable, number: number): Promise<LeftOut | null> {
  const { rows } = await db.query<LeftOut>(`select ${COLUMNS} from slo_windows where number = $1`, [number]);
  return rows[0] ?? null;
}

/** The same, locked until the transaction ends. */
export async function lockWindow(tx: Tx, id: string): Promise<LeftOut | null> {
  const { rows } = await tx.query<LeftOut>(`select ${COLUMNS} from slo_windows where id = $1 for update`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** A stretch of the same promise that is left out already and overlaps; null: none. */
export async function readOverlapping(
  db: Queryable,
  of: Pick<LeftOut, 'id' | 'slo' | 'fromAt' | 'toAt'>,
): Promise<LeftOut | null> {
  const { rows } = await db.query<LeftOut>(
    `select ${COLUMNS} from slo_windows
      where slo = $1 and state = 'left_out' and from_at < $3 and to_at > $2 and id <> $4
      order by from_at limit 1`,
    [of.slo, of.fromAt, of.toAt, of.id],
  );
  return rows[0] ?? null;
}

/**
 * Was a request about it rejected, or about another stretch of the same promise that overlaps it? Whoever writes the same
 * hours down once more gains nothing by that.
 */
export async function wasRejectedThere(
  db: Queryable,
  of: Pick<LeftOut, 'slo' | 'fromAt' | 'toAt'>,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from overrides o
       join slo_windows w on w.id::text = o.subject_id
      where o.kind = 'slo_window' and o.state = 'rejected' and w.slo = $1 and w.from_at < $3 and w.to_at > $2
      limit 1`,
    [of.slo, of.fromAt, of.toAt],
  );
  return rowCount === 1;
}

/** Writes a stretch down as asked for; the same id twice is one. Gives it. */
export async function insertWindow(
  tx: Tx,
  window: Pick<
    LeftOut,
    'id' | 'slo' | 'fromAt' | 'toAt' | 'cause' | 'note' | 'createdBy' | 'createdKey' | 'createdAt'
  >,
): Promise<LeftOut | null> {
  const { rows } = await tx.query<LeftOut>(
    `insert into slo_windows (id, slo, from_at, to_at, cause, note, created_by, created_key, created_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked')
     on conflict (id) do nothing returning ${COLUMNS}`,
    [
      window.id,
      window.slo,
      window.fromAt,
      window.toAt,
      window.cause,
      window.note,
      window.createdBy,
      window.createdKey,
      window.createdAt,
    ],
  );
  return rows[0] ?? null;
}

/** Leaves it out from now on; null: it is not asked for any more. */
export async function leaveOut(
  tx: Tx,
  { id, overrideId, at }: { id: string; overrideId: string; at: Date },
): Promise<LeftOut | null> {
  const { rows } = await tx.query<LeftOut>(
    `update slo_windows set state = 'left_out', override_id = $2, decided_at = $3
      where id = $1 and state = 'asked' returning ${COLUMNS}`,
    [id, overrideId, at],
  );
  return rows[0] ?? null;
}

/** Counts it again; null: it is not left out. */
export async function putBack(
  tx: Tx,
  { id, overrideId, at }: { id: string; overrideId: string; at: Date },
): Promise<LeftOut | null> {
  const { rows } = await tx.query<LeftOut>(
    `update slo_windows set state = 'put_back', back_override_id = $2, back_at = $3
      where id = $1 and state = 'left_out' returning ${COLUMNS}`,
    [id, overrideId, at],
  );
  return rows[0] ?? null;
}
