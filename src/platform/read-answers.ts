import type { Queryable } from '../database/pool.ts';
import type { Answers, ProviderAnswer } from './types.ts';

/**
 * What providers said last about each attempt, by our own table; older than an hour (`maxAgeMs`) proves and says nothing.
 * Of these payments, or of all.
 */
export async function readAnswers(
  db: Queryable,
  now: Date,
  transactionIds: readonly string[] | 'all' = 'all',
  maxAgeMs = 3_600_000,
): Promise<Answers> {
  const { rows } = await db.query<{ attempt_id: string; answer: ProviderAnswer; asked_at: Date }>(
    `select distinct on (attempt_id) attempt_id, answer, asked_at
       from provider_answers
      where asked_at > $1 and asked_at <= $2 and ($3::text[] is null or transaction_id = any ($3))
      order by attempt_id, asked_at desc`,
    [new Date(now.getTime() - maxAgeMs), now, transactionIds === 'all' ? null : transactionIds],
  );
  return new Map(rows.map((row) => [row.attempt_id, { answer: row.answer, askedAt: row.asked_at }]));
}
