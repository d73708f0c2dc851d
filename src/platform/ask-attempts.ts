import type { Pool, Queryable } from '../database/pool.ts';
import type { Clock } from '../ports.ts';
import type { AskOutcome, AttemptRef, Exchange, KnownAnswer, Platform } from './types.ts';

/** More than a platform's hands would only stand in their queue, before what is to be sent. */
const MOST_AT_ONCE = 8;
/** A provider that was silent so often in a row has nothing to say this time. */
const MOST_SILENT = 3;

export interface AskDeps {
  pool: Pool;
  platform: Pick<Platform, 'ask'>;
  clock: Clock;
}

/** One answer with the exchange it came from. */
export interface Asked {
  attempt: AttemptRef;
  answer: AskOutcome['answer'];
  askedAt: Date;
  exchange: Exchange;
}

export interface AskedAttempts {
  /** By attempt id. An attempt that is not in it was not asked about: nothing is known of it. */
  answers: Map<string, KnownAnswer>;
  /** What was called for it, in the order of the answers. */
  asked: Asked[];
}

/**
 * Asks the providers about attempts, a few at a time in the order given, and keeps every answer in one insert. Left out
 * is what no call was made for (no reference, a platform that is paused), and the rest of a provider that was silent
 * three times in a row: an answer is never made up. `operationId`: the operation that asks. An aborted signal ends it
 * early, with what is known by then. Throws what our own database throws.
 */
export async function askAttempts(
  { pool, platform, clock }: AskDeps,
  attempts: readonly AttemptRef[],
  { operationId = null, signal }: { operationId?: string | null; signal?: AbortSignal } = {},
): Promise<AskedAttempts> {
  const waiting = [...new Map(attempts.map((attempt) => [attempt.attemptId, attempt])).values()];
  const silentInARow = new Map<string, number>();
  const asked: Asked[] = [];
  const askOneByOne = async () => {
    for (;;) {
      const attempt = signal?.aborted === true ? undefined : waiting.shift();
      if (attempt === undefined) return;
      const { provider } = attempt;
      if ((silentInARow.get(provider) ?? 0) >= MOST_SILENT) continue;
      const { answer, exchange } = await platform.ask(attempt);
      if (exchange === null) continue;
      silentInARow.set(provider, answer === 'silent' ? (silentInARow.get(provider) ?? 0) + 1 : 0);
      asked.push({ attempt, answer, askedAt: clock.now(), exchange });
    }
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, askOneByOne));
  if (asked.length > 0) await keepAnswers(pool, asked, operationId);
  return {
    answers: new Map(asked.map(({ attempt, answer, askedAt }) => [attempt.attemptId, { answer, askedAt }])),
    asked,
  };
}

/** Two answers about one attempt at one moment are one. */
async function keepAnswers(
  db: Queryable,
  asked: readonly Asked[],
  operationId: string | null,
): Promise<void> {
  await db.query(
    `insert into provider_answers
       (attempt_id, transaction_id, tenant_id, provider, provider_ref, answer, asked_at, operation_id)
     select *, $8::uuid
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
     on conflict do nothing`,
    [
      asked.map(({ attempt }) => attempt.attemptId),
      asked.map(({ attempt }) => attempt.transactionId),
      asked.map(({ attempt }) => attempt.tenantId),
      asked.map(({ attempt }) => attempt.provider),
      asked.map(({ attempt }) => attempt.reference),
      asked.map(({ answer }) => answer),
      asked.map(({ askedAt }) => askedAt),
      operationId,
    ],
  );
}
