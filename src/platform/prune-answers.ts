import type { Queryable } from '../database/pool.ts';

/** As long as a dispute about a payout may ask who said what; each operation keeps what it stood on itself. */
const KEEP_DAYS = 90;
const DAY_MS = 86_400_000;

/** Deletes what providers said longer ago than anybody asks. */
export async function pruneAnswers(db: Queryable, now: Date): Promise<void> {
  await db.query(`delete from provider_answers where asked_at < $1`, [
    new Date(now.getTime() - KEEP_DAYS * DAY_MS),
  ]);
}
