import type { Queryable, Tx } from '../database/pool.ts';
import type { CountedSince, ReviewFigures } from './review-figures.ts';

/** Where actions of the security review belong. */
export const REVIEW_SERIES = 'security_review';

/** One row of exemption_reviews. */
export interface Review {
  id: string;
  /** The business day that it was due on, its label. */
  day: string;
  at: Date;
  figures: ReviewFigures;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const COLUMNS = `r.id, r.day::text as day, r.at, r.figures`;

export async function readReview(db: Queryable, id: string): Promise<Review | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Review>(`select ${COLUMNS} from exemption_reviews r where r.id = $1`, [id]);
  return rows[0] ?? null;
}

/** When the review after this moment was made; null when this is the newest. */
export async function readNextReviewAt(db: Queryable, at: Date): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select min(at) as at from exemption_reviews where at > $1`,
    [at],
  );
  return rows[0]?.at ?? null;
}

export async function readNewestReview(db: Queryable): Promise<Pick<Review, 'id' | 'day' | 'at'> | null> {
  const { rows } = await db.query<Pick<Review, 'id' | 'day' | 'at'>>(
    `select id, day::text as day, at from exemption_reviews order by day desc limit 1`,
  );
  return rows[0] ?? null;
}

/** The reviews that list an action: its own, and the newest `most` made since it was added. */
export async function listReviewsSince(
  db: Queryable,
  of: { sourceId: string; createdAt: Date; most: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `(select id from exemption_reviews where at > $2 order by at desc limit $3)
     union select id from exemption_reviews where id::text = $1`,
    [of.sourceId, of.createdAt, of.most],
  );
  return rows.map(({ id }) => id).toSorted();
}

/** Closed, given more time, and past their first deadline, since a moment (null: ever). */
export async function countSince(
  db: Queryable,
  last: Pick<Review, 'day' | 'at'> | null,
): Promise<CountedSince> {
  const { rows } = await db.query<Omit<CountedSince, 'since'>>(
    `select (select count(*) from exemptions
              where state = 'closed' and ($1::timestamptz is null or closed_at > $1))::int as closed,
            (select count(*) from exemption_extensions
              where $1::timestamptz is null or decided_at > $1)::int as extended,
            (select count(*) from exemptions
              where breached_at is not null and ($1::timestamptz is null or breached_at > $1))::int as breaches`,
    [last?.at ?? null],
  );
  const { closed = 0, extended = 0, breaches = 0 } = rows[0] ?? {};
  return { closed, extended, breaches, since: last?.day ?? null };
}

/** False: this day has its review. */
export async function insertReview(tx: Tx, review: Review): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into exemption_reviews (id, day, at, figures) values ($1, $2, $3, $4) on conflict (day) do nothing`,
    [review.id, review.day, review.at, JSON.stringify(review.figures)],
  );
  return rowCount === 1;
}
