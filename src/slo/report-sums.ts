import type { Bounds } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import type { Counts } from './report-types.ts';
import { COUNTED, sumBetween } from './sums.ts';
import type { Basis, Sums } from './types.ts';

const HOUR_MS = 3_600_000;
const MOST_GAPS = 10;

/** As JSON keeps it. */
export function countsOf(sums: Sums | undefined): Counts {
  return [sums?.good ?? 0, sums?.valid ?? 0, sums?.minutes ?? 0];
}

/** Of each hour of the week, from its beginning on; the last one is half where clocks change by half an hour. */
export async function sumHours(
  db: Queryable,
  { slo, from, to }: { slo: string } & Bounds,
): Promise<Counts[]> {
  const { rows } = await db.query<{ hour: number; good: number; valid: number; minutes: number }>(
    `select floor(extract(epoch from m.minute - $2::timestamptz) / 3600)::int as hour,
            sum(m.good) as good, sum(m.valid) as valid, count(*)::int as minutes
       from slo_minutes m
      where m.slo = $1 and m.basis = 'event' and m.minute >= $2 and m.minute < $3 and ${COUNTED}
      group by 1`,
    [slo, from, to],
  );
  const known = new Map(rows.map((row) => [row.hour, row]));
  const hours = Math.ceil((to.getTime() - from.getTime()) / HOUR_MS);
  return Array.from({ length: hours }, (_, index) => countsOf(known.get(index)));
}

/** Of stretches that follow on each other, such as days and weeks, a query each: a week's rows are read by their index. */
export async function sumEach(
  db: Queryable,
  of: { slo: string; basis: Basis },
  stretches: readonly Bounds[],
): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (const stretch of stretches) counts.push(countsOf((await sumBetween(db, of, [stretch]))[0]));
  return counts;
}

/** Who caused the bad events of the week, most first; stretches that are left out do not count. */
export async function sumContributors(
  db: Queryable,
  { slo, from, to, most }: { slo: string; most: number } & Bounds,
): Promise<{ name: string; bad: number }[]> {
  const { rows } = await db.query<{ name: string; bad: number }>(
    `select m.name, sum(m.bad) as bad from slo_contributors m
      where m.slo = $1 and m.minute >= $2 and m.minute < $3 and ${COUNTED}
      group by 1 order by 2 desc, m.name collate "C" limit $4`,
    [slo, from, to, most],
  );
  return rows;
}

/** Minutes of the week of which nothing is known, and its longest stretches; what is left out is no gap. */
export async function findGaps(
  db: Queryable,
  { slo, from, to }: { slo: string } & Bounds,
): Promise<{ minutes: number; stretches: Bounds[] }> {
  const { rows } = await db.query<{ from: Date; to: Date; minutes: number }>(
    `with missing as (
       select g.minute, g.minute - row_number() over (order by g.minute) * interval '1 minute' as island
         from generate_series($2::timestamptz, $3::timestamptz - interval '1 minute', interval '1 minute') g (minute)
        where not exists (select from slo_minutes m where m.slo = $1 and m.basis = 'event' and m.minute = g.minute)
          and not exists (select from slo_windows w where w.slo = $1 and w.state = 'left_out'
                             and g.minute >= w.from_at and g.minute < w.to_at))
     select min(minute) as "from", max(minute) + interval '1 minute' as "to", count(*)::int as minutes
       from missing group by island order by 3 desc, 1`,
    [slo, from, to],
  );
  const longest = rows.slice(0, MOST_GAPS).toSorted((a, b) => a.from.getTime() - b.from.getTime());
  return {
    minutes: rows.reduce((sum, { minutes }) => sum + minutes, 0),
    stretches: longest.map((row) => ({ from: row.from, to: row.to })),
  };
}

/** Minutes of the week that do not count; stretches that overlap count once. */
export async function countLeftOut(
  db: Queryable,
  { slo, from, to }: { slo: string } & Bounds,
): Promise<number> {
  const { rows } = await db.query<{ minutes: number }>(
    `select count(*)::int as minutes
       from generate_series($2::timestamptz, $3::timestamptz - interval '1 minute', interval '1 minute') g (minute)
      where exists (select from slo_windows w where w.slo = $1 and w.state = 'left_out'
                       and g.minute >= w.from_at and g.minute < w.to_at)`,
    [slo, from, to],
  );
  return rows[0]?.minutes ?? 0;
}
