import type { Bounds } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import type { Correction } from './report-types.ts';

type Row = Omit<Correction, 'fromAt' | 'toAt' | 'decidedAt' | 'backAt'> & {
  fromAt: Date;
  toAt: Date;
  decidedAt: Date;
  backAt: Date | null;
};

/** Who approved a request, of the version that was carried out, in the order of their votes. */
const approversOf = (override: string): string => `
  coalesce((select array_agg(v.user_id order by v.voted_at, v.user_id) from override_votes v
              join overrides o on o.id = v.override_id and o.version = v.version
             where v.override_id = ${override} and v.vote = 'approve' and v.lapsed_at is null), '{}')`;

/** Stretches that touch [from, to) and are left out, or were and are counted again, with who approved which. */
export async function listCorrections(db: Queryable, { from, to }: Bounds): Promise<Correction[]> {
  const { rows } = await db.query<Row>(
    `select w.number::int as number, w.slo, w.cause, w.created_by as "createdBy", w.state,
            w.from_at as "fromAt", w.to_at as "toAt", w.decided_at as "decidedAt", w.back_at as "backAt",
            ${approversOf('w.override_id')} as "approvedBy", ${approversOf('w.back_override_id')} as "backApprovedBy"
       from slo_windows w
      where w.state in ('left_out', 'put_back') and w.from_at < $2 and w.to_at > $1
      order by w.from_at, w.number`,
    [from, to],
  );
  return rows.map((row) => ({
    ...row,
    fromAt: row.fromAt.toISOString(),
    toAt: row.toAt.toISOString(),
    decidedAt: row.decidedAt.toISOString(),
    backAt: row.backAt?.toISOString() ?? null,
  }));
}
