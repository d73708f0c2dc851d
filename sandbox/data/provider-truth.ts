import type { Queryable } from '../../src/database/pool.ts';

/** What a provider answers when it is asked about an attempt. */
export type TrueAnswer = 'succeeded' | 'failed' | 'pending' | 'not_found' | 'silent';

export interface ProviderTruth {
  attemptId: string;
  transactionId: string;
  tenantId: string;
  provider: string;
  providerRef: string;
  answer: TrueAnswer;
}

/** The answer about the attempt `a` at $1: what was said of it, or else what its status says. */
export const TRUE_ANSWER = `coalesce(
  (select o.answer from sandbox.provider_answers o
    where o.attempt_id = a.id and o.from_at <= $1
    order by o.by_provider, o.from_at desc, o.seq desc limit 1),
  case when a.status in ('succeeded', 'failed') then a.status else 'pending' end)`;

/** What every provider would answer at `now` about the attempts of planted and hand-made payments, oldest first. */
export async function readProviderTruth(db: Queryable, now: Date): Promise<ProviderTruth[]> {
  const { rows } = await db.query<ProviderTruth>(
    `select a.id as "attemptId", a.transaction_id as "transactionId", t.tenant_id as "tenantId", a.provider,
            a.provider_ref as "providerRef", ${TRUE_ANSWER} as answer
       from finance.payout_attempts a
       join finance.transactions t on t.id = a.transaction_id
      where a.transaction_id in (select transaction_id from sandbox.hand_made) and a.provider_ref <> ''
      order by a.created_at, a.id`,
    [now],
  );
  return rows;
}

/** Keeps what a provider answers about an attempt from a moment on. */
export async function tellAnswer(
  db: Queryable,
  told: { attemptId: string; fromAt: Date; answer: TrueAnswer; byProvider: boolean },
): Promise<void> {
  await db.query(
    `insert into sandbox.provider_answers (attempt_id, from_at, answer, by_provider) values ($1, $2, $3, $4)`,
    [told.attemptId, told.fromAt, told.answer, told.byProvider],
  );
}
