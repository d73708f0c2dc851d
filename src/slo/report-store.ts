import type { Queryable, Tx } from '../database/pool.ts';
import type { StoredReport } from './report-types.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COLUMNS = `r.id, r.week, r.made_at as "madeAt", r.inputs, r.policy_hash as "policyHash",
  r.definitions_hash as "definitionsHash"`;

/** By id, which may be forged; null when there is none. */
export async function readReport(db: Queryable, id: string): Promise<StoredReport | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<StoredReport>(`select ${COLUMNS} from slo_reports r where r.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The report of an ISO week; null: it was never made. */
export async function readReportOf(db: Queryable, week: string): Promise<StoredReport | null> {
  const { rows } = await db.query<StoredReport>(`select ${COLUMNS} from slo_reports r where r.week = $1`, [
    week,
  ]);
  return rows[0] ?? null;
}

/** When the newest report was made; null: there is none yet. */
export async function readNewestMadeAt(db: Queryable): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(`select max(made_at) as at from slo_reports`);
  return rows[0]?.at ?? null;
}

/** When the report after this moment was made; null when this is the newest. */
export async function readNextMadeAt(db: Queryable, madeAt: Date): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(made_at) as at from slo_reports where made_at > $1`,
    [madeAt],
  );
  return rows[0]?.at ?? null;
}

/** The reports that list an action: its own, and the newest `most` made since it was added. */
export async function listReportsSince(
  db: Queryable,
  of: { sourceId: string; createdAt: Date; most: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `(select id from slo_reports where made_at > $2 order by made_at desc limit $3)
     union select id from slo_reports where id::text = $1`,
    [of.sourceId, of.createdAt, of.most],
  );
  return rows.map(({ id }) => id).toSorted();
}

/** False: this week has its report. */
export async function insertReport(tx: Tx, report: StoredReport): Promise<boolean> {
  const { inputs } = report;
  const { rowCount } = await tx.query(
    `insert into slo_reports (id, week, from_at, to_at, made_at, inputs, policy_hash, definitions_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (week) do nothing`,
    [
      report.id,
      report.week,
      inputs.from,
      inputs.to,
      report.madeAt,
      JSON.stringify(inputs),
      report.policyHash,
      report.definitionsHash,
    ],
  );
  return rowCount === 1;
}
