import type { Queryable, Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import type { OpenAdoption } from './adoption-rules.ts';

/** Open findings of the opening balance that nobody has adopted, by id; locked in a transaction that adopts. */
export async function listUnadopted(db: Queryable, lock = false): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from findings where opening and state <> 'resolved' and adopted_at is null order by id${lock ? ' for update' : ''}`,
  );
  return rows.map((row) => row.id);
}

export async function readOpenAdoption(db: Queryable): Promise<OpenAdoption | null> {
  const { rows } = await db.query<{
    id: string;
    finding_ids: string[];
    first_by: string;
    first_key: string;
    first_at: Date;
  }>(`select id, finding_ids, first_by, first_key, first_at from adoptions where state = 'proposed'`);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    findingIds: row.finding_ids,
    firstBy: row.first_by,
    firstKey: row.first_key,
    firstAt: row.first_at,
  };
}

/** The newest adoption that two people agreed on. */
export async function readLastAdoption(
  db: Queryable,
): Promise<{ count: number; by: [string, string]; at: Date } | null> {
  const { rows } = await db.query<{ count: number; first_by: string; second_by: string; second_at: Date }>(
    `select cardinality(finding_ids) as count, first_by, second_by, second_at
       from adoptions where state = 'adopted' order by second_at desc, id limit 1`,
  );
  const row = rows[0];
  return row === undefined
    ? null
    : { count: row.count, by: [row.first_by, row.second_by], at: row.second_at };
}

export async function insertAdoption(
  tx: Tx,
  vote: { findingIds: readonly string[]; by: string; key: string; at: Date },
): Promise<string> {
  const id = newId<string>();
  await tx.query(
    `insert into adoptions (id, finding_ids, state, first_by, first_key, first_at) values ($1, $2, 'proposed', $3, $4, $5)`,
    [id, vote.findingIds, vote.by, vote.key, vote.at],
  );
  return id;
}

/** The set has grown since: the vote counts for nothing. */
export async function overtakeAdoption(tx: Tx, id: string): Promise<void> {
  await tx.query(`update adoptions set state = 'overtaken' where id = $1 and state = 'proposed'`, [id]);
}

/** The second vote: false when it was cast already. */
export async function settleAdoption(
  tx: Tx,
  id: string,
  vote: { findingIds: readonly string[]; by: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update adoptions set state = 'adopted', finding_ids = $2, second_by = $3, second_at = $4
      where id = $1 and state = 'proposed'`,
    [id, vote.findingIds, vote.by, vote.at],
  );
  return rowCount === 1;
}

/** Marks the findings, each with its row of history: one statement each, whatever the number. */
export async function markAdopted(
  tx: Tx,
  findingIds: readonly string[],
  act: { by: string; at: Date },
): Promise<void> {
  await tx.query(`update findings set adopted_at = $2 where id = any ($1::uuid[])`, [findingIds, act.at]);
  await tx.query(
    `insert into finding_history (finding_id, seq, at, change, actor, rule, class, action, amount_minor)
     select f.id, coalesce((select max(h.seq) from finding_history h where h.finding_id = f.id), 0) + 1, $2, 'adopted', $3,
            f.rule, f.class, f.action, f.amount_minor
       from findings f where f.id = any ($1::uuid[])`,
    [findingIds, act.at, act.by],
  );
}
