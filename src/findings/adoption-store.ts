import type { Queryable, Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import { askedHash } from './act-rules.ts';
import type { Adoptable, OpenAdoption } from './adoption-rules.ts';
import type { RiskClass } from './types.ts';

/** Open findings of the opening balance that nobody has adopted, by id; locked in a transaction that adopts. */
export async function listUnadopted(db: Queryable, lock = false): Promise<Adoptable[]> {
  const { rows } = await db.query<{
    id: string;
    rule: string;
    class: RiskClass;
    currency: string | null;
    amount_minor: string | null;
  }>(
    `select id, rule, class, currency, amount_minor from findings where opening and state <> 'resolved' and adopted_at is null order by id${lock ? ' for update' : ''}`,
  );
  return rows.map(({ id, amount_minor: minor, ...seen }) => ({
    id,
    asked: askedHash({ ...seen, amountMinor: minor === null ? null : BigInt(minor) }),
  }));
}

export async function readOpenAdoption(db: Queryable): Promise<OpenAdoption | null> {
  const { rows } = await db.query<{
    id: string;
    finding_ids: string[];
    asked: string[];
    first_by: string;
    first_key: string;
    first_at: Date;
  }>(`select id, finding_ids, asked, first_by, first_key, first_at from adoptions where state = 'proposed'`);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    id: row.id,
    findings: row.finding_ids.map((id, index) => ({ id, asked: row.asked[index] ?? '' })),
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
  vote: { findings: readonly Adoptable[]; by: string; key: string; at: Date },
): Promise<string> {
  const id = newId<string>();
  await tx.query(
    `insert into adoptions (id, finding_ids, asked, state, first_by, first_key, first_at)
     values ($1, $2, $3, 'proposed', $4, $5, $6)`,
    [id, idsOf(vote.findings), vote.findings.map(({ asked }) => asked), vote.by, vote.key, vote.at],
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
  vote: { findings: readonly Adoptable[]; by: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update adoptions set state = 'adopted', finding_ids = $2, asked = $3, second_by = $4, second_at = $5
      where id = $1 and state = 'proposed'`,
    [id, idsOf(vote.findings), vote.findings.map(({ asked }) => asked), vote.by, vote.at],
  );
  return rowCount === 1;
}

/** Marks the findings, each with its row of history: one statement each, whatever the number. */
export async function markAdopted(
  tx: Tx,
  findings: readonly Adoptable[],
  act: { by: string; at: Date },
): Promise<void> {
  await tx.query(`update findings set adopted_at = $2 where id = any ($1::uuid[])`, [
    idsOf(findings),
    act.at,
  ]);
  await tx.query(
    `insert into finding_history (finding_id, seq, at, change, actor, rule, class, action, amount_minor)
     select f.id, coalesce((select max(h.seq) from finding_history h where h.finding_id = f.id), 0) + 1, $2, 'adopted', $3,
            f.rule, f.class, f.action, f.amount_minor
       from findings f where f.id = any ($1::uuid[])`,
    [idsOf(findings), act.at, act.by],
  );
}

function idsOf(findings: readonly Adoptable[]): string[] {
  return findings.map(({ id }) => id);
}
