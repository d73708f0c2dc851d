import { z } from 'zod';
import { withTransaction, type Pool, type Queryable } from '../../src/database/pool.ts';
import { AppError, assert } from '../../src/errors.ts';
import { parseDuration } from '../duration.ts';
import { planAgenda, runAgenda } from './hand-made-life.ts';
import { tellAnswer, type TrueAnswer } from './provider-truth.ts';
import { PROVIDERS } from './world.ts';

/** The body of POST /sandbox/provider: of one attempt, or of all open and future hand-made attempts of a provider. */
export const providerOrder = z
  .strictObject({
    attempt: z.string().min(1).optional(),
    provider: z.enum(PROVIDERS.map(({ provider }) => provider)).optional(),
    answer: z.enum(['succeed', 'fail', 'pending', 'silent', 'not_found']),
    after: z.string().default('0s'),
  })
  .refine(({ attempt, provider }) => (attempt === undefined) !== (provider === undefined), {
    error: 'either an attempt or a provider is told',
  });
export type ProviderOrder = z.infer<typeof providerOrder>;

/** What was said of the provider of a new attempt. */
export interface StandingOrder {
  answer: ProviderOrder['answer'];
  givenAt: Date;
  afterMs: number;
}

interface Target {
  transactionId: string;
  attemptId: string;
  byProvider: boolean;
}

/**
 * Says what a provider does. pending, silent and not_found are what it answers when asked, from now (and `after`) on.
 * succeed and fail are outcomes: at that moment it decides and sends its webhook, before it is pending. Throws
 * config_invalid for an attempt that is not there.
 */
export async function orderProvider(pool: Pool, order: ProviderOrder, now: Date): Promise<void> {
  const afterMs = parseDuration(order.after);
  await withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ seed: string }>('select seed from sandbox.life for update');
    const life = rows[0];
    assert(life !== undefined, 'providers are told in a seeded database');
    await runAgenda(db, life.seed, now);
    const targets = await targetsOf(db, order);
    if (order.provider !== undefined)
      await db.query(
        `insert into sandbox.provider_orders (provider, answer, given_at, after_ms) values ($1, $2, $3, $4)
         on conflict (provider) do update
            set answer = excluded.answer, given_at = excluded.given_at, after_ms = excluded.after_ms`,
        [order.provider, order.answer, now, afterMs],
      );
    for (const target of targets)
      await tell(db, target, order.answer, { now, at: new Date(now.getTime() + afterMs) });
    await runAgenda(db, life.seed, now);
  });
}

/** An attempt that the platform just made, where something was said of its provider; `decidesAt` unless it said when. */
export async function tellNewAttempt(
  db: Queryable,
  target: { transactionId: string; attemptId: string },
  standing: StandingOrder,
  { now, decidesAt }: { now: Date; decidesAt: Date },
): Promise<void> {
  const isOutcome = standing.answer === 'succeed' || standing.answer === 'fail';
  const from = isOutcome ? now.getTime() : standing.givenAt.getTime();
  const at = isOutcome && standing.afterMs === 0 ? decidesAt.getTime() : from + standing.afterMs;
  await tell(db, { ...target, byProvider: true }, standing.answer, {
    now,
    at: new Date(Math.max(at, now.getTime())),
  });
}

async function tell(
  db: Queryable,
  { transactionId, attemptId, byProvider }: Target,
  said: ProviderOrder['answer'],
  { now, at }: { now: Date; at: Date },
): Promise<void> {
  // Life's own script would go on with it.
  await db.query('insert into sandbox.hand_made (transaction_id) values ($1) on conflict do nothing', [
    transactionId,
  ]);
  if (said !== 'succeed' && said !== 'fail')
    return await tellAnswer(db, { attemptId, fromAt: at, answer: said, byProvider });
  // A provider decides once: what it would have decided before is off.
  await db.query(`delete from sandbox.agenda where attempt_id = $1 and event in ('succeed', 'fail')`, [
    attemptId,
  ]);
  await db.query('delete from sandbox.provider_answers where attempt_id = $1 and from_at > $2', [
    attemptId,
    now,
  ]);
  if (at > now) await tellAnswer(db, { attemptId, fromAt: now, answer: 'pending', byProvider });
  const decided: TrueAnswer = said === 'succeed' ? 'succeeded' : 'failed';
  await tellAnswer(db, { attemptId, fromAt: at, answer: decided, byProvider });
  await planAgenda(db, [{ at, transactionId, attemptId, event: said, byDefault: false }]);
}

async function targetsOf(db: Queryable, { attempt, provider }: ProviderOrder): Promise<Target[]> {
  if (attempt !== undefined) return [await findAttempt(db, attempt)];
  return provider === undefined ? [] : await openOf(db, provider);
}

async function findAttempt(db: Queryable, attemptId: string): Promise<Target> {
  const { rows } = await db.query<{ transactionId: string }>(
    'select transaction_id as "transactionId" from finance.payout_attempts where id = $1',
    [attemptId],
  );
  if (rows[0] === undefined)
    throw new AppError('config_invalid', `there is no attempt ${attemptId}`, { retryable: false });
  return { ...rows[0], attemptId, byProvider: false };
}

/** Open attempts of hand-made payments that nobody said anything of by name. */
async function openOf(db: Queryable, provider: string): Promise<Target[]> {
  const { rows } = await db.query<Omit<Target, 'byProvider'>>(
    `select a.id as "attemptId", a.transaction_id as "transactionId"
       from finance.payout_attempts a
       join sandbox.hand_made h on h.transaction_id = a.transaction_id
      where a.provider = $1 and a.status in ('pending', 'submitted', 'unknown')
        and not exists (select from sandbox.provider_answers o where o.attempt_id = a.id and not o.by_provider)
      order by a.created_at, a.id`,
    [provider],
  );
  return rows.map((row) => ({ ...row, byProvider: true }));
}
