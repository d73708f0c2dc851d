import type { Queryable } from '../database/pool.ts';

/** How a series keeps its word. */
export interface ActionFigures {
  /** Done since, on their day or before. */
  inTime: number;
  /** All that can be judged: done since with a deadline, or open past it. Those without a deadline are a gap, no share. */
  judged: number;
  open: number;
  /** Open ones without owner or deadline. */
  gaps: number;
}

/**
 * The share of a series' actions closed in time since its last review (null: ever), as of the business day `day`.
 * Dropped ones are neither kept nor broken.
 */
export async function readActionFigures(
  db: Queryable,
  of: { series: string; since: Date | null; day: string },
): Promise<ActionFigures> {
  const { rows } = await db.query<ActionFigures>(
    `with done as (
       select * from actions
        where series = $1 and state = 'done' and due_on is not null
          and ($2::timestamptz is null or done_at > $2)
     ), open as (
       select * from actions where series = $1 and state = 'open'
     )
     select (select count(*) from done where done_on <= due_on)::int as "inTime",
            ((select count(*) from done) + (select count(*) from open where due_on < $3::date))::int as judged,
            (select count(*) from open)::int as open,
            (select count(*) from open where owner_id is null or due_on is null)::int as gaps`,
    [of.series, of.since, of.day],
  );
  return rows[0] ?? { inTime: 0, judged: 0, open: 0, gaps: 0 };
}
