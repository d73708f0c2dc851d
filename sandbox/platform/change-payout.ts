import { createHash } from 'node:crypto';
import { withTransaction, type Pool, type Queryable } from '../../src/database/pool.ts';
import { assert } from '../../src/errors.ts';
import { toDecimal } from '../../src/money.ts';
import { bookStep, lockAvailable } from '../data/book-step.ts';
import { planAgenda, runAgenda, type AgendaItem } from '../data/hand-made-life.ts';
import { lockPayment } from '../data/load-payments.ts';
import { tellNewAttempt, type StandingOrder } from '../data/order-provider.ts';
import { noteEffect } from './call-log.ts';
import { refuse, type Answer, type RefusalCode } from './refusals.ts';
import { overrideIn, parseChange, type ChangeAction, type PlatformRequest } from './requests.ts';
import { advance, type Payment } from './state-machine.ts';

export type ChangeRequest = Extract<PlatformRequest, { action: ChangeAction }>;

const COOLDOWN_MS = 60_000;
/** For how long the same key gets the same answer and changes nothing. */
const KEY_KEPT_MS = 24 * 3_600_000;
/** What becomes of a new attempt by itself, after it was made. */
const SUBMITTED_MS = 2_000;
const PROCESSING_MS = 20_000;
const DECIDED_MS = 90_000;

type Verdict =
  | { ok: true; attemptId: string | null }
  | { ok: false; code: RefusalCode; retryAfterS?: number };

/**
 * Makes one change of a payout, its balances and ledger with it, in one transaction. The key comes before everything
 * else: the same request with the same key gets the kept answer, refusals included; of several at once one has an
 * effect. `now` is the platform's time.
 */
export async function changePayout(pool: Pool, request: ChangeRequest, now: Date): Promise<Answer> {
  return await withTransaction(pool, async (db) => {
    await db.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [request.key]);
    const hash = hashOf(request);
    const kept = await findKept(db, request.key, now);
    if (kept !== undefined) return kept.request_hash === hash ? kept : refuse('key_reused');
    // Life writes the payments of its scripts from what it read before: not while one of them is changed here.
    const { rows } = await db.query<{ seed: string }>('select seed from sandbox.life for share');
    const life = rows[0];
    assert(life !== undefined, 'the platform has data');
    const parsed = parseChange(request.body);
    const verdict: Verdict =
      'refused' in parsed ? { ok: false, code: parsed.refused } : await carryOut(db, life.seed, request, now);
    const answer = answerOf(request, verdict);
    await keep(db, request, hash, now, verdict, answer);
    return answer;
  });
}

async function carryOut(db: Queryable, seed: string, request: ChangeRequest, now: Date): Promise<Verdict> {
  const { action, payoutId } = request;
  const locked = await lockPayment(db, payoutId);
  if (locked === undefined || locked.kind !== 'withdrawal') return { ok: false, code: 'payout_not_found' };
  await runAgenda(db, seed, now, payoutId);
  const payment = await lockPayment(db, payoutId);
  assert(payment !== undefined, 'a locked payment stays');
  const waivesCount = overrideIn(request.body) !== '';
  if (action === 'retry') {
    const refusal = await whyNotRetried(db, payment, now, waivesCount);
    if (refusal !== null) return { ok: false, ...refusal };
  }
  const step = advance(payment, action, now.getTime(), await lockAvailable(db, payment), { waivesCount });
  if (!step.ok)
    return { ok: false, code: step.reason === 'too_many_attempts' ? 'attempts_exhausted' : 'wrong_state' };
  await bookStep(db, step);
  await db.query('insert into sandbox.hand_made (transaction_id) values ($1) on conflict do nothing', [
    payoutId,
  ]);
  await noteEffect(db, {
    at: now,
    action,
    subject: payoutId,
    amount: toDecimal({ minor: payment.amount, currency: payment.currency }),
    currency: payment.currency,
  });
  // What its life had planned for it does not happen any more.
  if (action === 'mark_paid')
    await db.query('delete from sandbox.agenda where transaction_id = $1', [payoutId]);
  const attempt = action === 'retry' ? step.payment.attempts.at(-1) : undefined;
  if (attempt === undefined) return { ok: true, attemptId: null };
  await planAttempt(db, { transactionId: payoutId, attemptId: attempt.id, provider: attempt.provider }, now);
  return { ok: true, attemptId: attempt.id };
}

async function whyNotRetried(
  db: Queryable,
  payment: Payment,
  now: Date,
  waivesCount: boolean,
): Promise<{ code: RefusalCode; retryAfterS?: number } | null> {
  const { rows } = await db.query<{ account: string | null; provider: string | null }>(
    `select (select status from finance.accounts where tenant_id = $1 and account_id = $2) as account,
            (select status from finance.providers where provider = $3) as provider`,
    [payment.tenantId, payment.accountId, payment.provider],
  );
  if (rows[0]?.account !== 'active') return { code: 'account_blocked' };
  if (payment.state !== 'payout_failed') return { code: 'wrong_state' };
  if (rows[0].provider !== 'active') return { code: 'provider_stopped' };
  const probe = advance(payment, 'retry', now.getTime(), 0n, { waivesCount });
  if (!probe.ok) return { code: probe.reason === 'too_many_attempts' ? 'attempts_exhausted' : 'wrong_state' };
  const leftMs =
    Math.max(0, ...payment.attempts.map(({ createdAt }) => createdAt)) + COOLDOWN_MS - now.getTime();
  return leftMs > 0 ? { code: 'cooldown_running', retryAfterS: Math.ceil(leftMs / 1_000) } : null;
}

/** A new attempt lives by the platform's time; what was said of its provider goes before what it would do by itself. */
async function planAttempt(
  db: Queryable,
  { provider, ...target }: { transactionId: string; attemptId: string; provider: string },
  now: Date,
): Promise<void> {
  const after = (ms: number): Date => new Date(now.getTime() + ms);
  const item = (event: AgendaItem['event'], ms: number): AgendaItem => ({
    ...target,
    event,
    at: after(ms),
    byDefault: event === 'succeed',
  });
  await db.query('delete from sandbox.agenda where transaction_id = $1', [target.transactionId]);
  await planAgenda(db, [
    item('submit', SUBMITTED_MS),
    item('process', PROCESSING_MS),
    item('succeed', DECIDED_MS),
  ]);
  const { rows } = await db.query<{ answer: StandingOrder['answer']; given_at: Date; after_ms: string }>(
    'select answer, given_at, after_ms from sandbox.provider_orders where provider = $1',
    [provider],
  );
  const said = rows[0];
  if (said === undefined) return;
  const standing = { answer: said.answer, givenAt: said.given_at, afterMs: Number(said.after_ms) };
  await tellNewAttempt(db, target, standing, { now, decidesAt: after(DECIDED_MS) });
}

function answerOf({ payoutId }: ChangeRequest, verdict: Verdict): Answer {
  if (!verdict.ok) return refuse(verdict.code, verdict.retryAfterS);
  const attempt = verdict.attemptId === null ? {} : { attempt: verdict.attemptId };
  return {
    status: 202,
    headers: { 'content-type': 'application/json' },
    body: { payout: payoutId, status: 'accepted', ...attempt },
  };
}

/** Route and body, whatever the order of its fields. */
function hashOf({ action, payoutId, body }: ChangeRequest): string {
  const parsed = parseChange(body);
  const said =
    'fields' in parsed ? Object.entries(parsed.fields).toSorted(([a], [b]) => (a < b ? -1 : 1)) : body;
  return createHash('sha256')
    .update(JSON.stringify([action, payoutId, said]))
    .digest('hex');
}

async function findKept(
  db: Queryable,
  key: string,
  now: Date,
): Promise<(Answer & { request_hash: string }) | undefined> {
  const { rows } = await db.query<Answer & { request_hash: string }>(
    `select request_hash, status, headers, body from sandbox.platform_operations
      where idempotency_key = $1 and at > $2`,
    [key, new Date(now.getTime() - KEY_KEPT_MS)],
  );
  return rows[0];
}

async function keep(
  db: Queryable,
  { action, payoutId, key }: ChangeRequest,
  hash: string,
  now: Date,
  verdict: Verdict,
  answer: Answer,
): Promise<void> {
  await db.query(
    `insert into sandbox.platform_operations
       (idempotency_key, request_hash, action, transaction_id, at, code, attempt_id, status, headers, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (idempotency_key) do update
        set request_hash = excluded.request_hash, action = excluded.action, transaction_id = excluded.transaction_id,
            at = excluded.at, code = excluded.code, attempt_id = excluded.attempt_id, status = excluded.status,
            headers = excluded.headers, body = excluded.body`,
    [
      key,
      hash,
      action,
      payoutId,
      now,
      verdict.ok ? null : verdict.code,
      verdict.ok ? verdict.attemptId : null,
      answer.status,
      JSON.stringify(answer.headers),
      JSON.stringify(answer.body),
    ],
  );
}
