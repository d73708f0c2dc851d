import type { Queryable } from '../../src/database/pool.ts';
import { advance, type Attempt, type Payment, type PaymentEvent } from '../platform/state-machine.ts';
import { bookStep, lockAvailable } from './book-step.ts';
import { lockPayment } from './load-payments.ts';
import { tellAnswer } from './provider-truth.ts';
import { webhooksOf } from './webhooks.ts';

/** One thing that will happen to a payment that life's own scripts leave alone. */
export interface AgendaItem {
  at: Date;
  transactionId: string;
  attemptId: string;
  event: 'retry' | 'submit' | 'process' | 'succeed' | 'fail';
  /** Given up where somebody says by then what the provider does. */
  byDefault: boolean;
}

export async function planAgenda(db: Queryable, items: readonly AgendaItem[]): Promise<void> {
  await db.query(
    `insert into sandbox.agenda (at, transaction_id, attempt_id, event, by_default)
     select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::bool[])`,
    [
      items.map(({ at }) => at),
      items.map(({ transactionId }) => transactionId),
      items.map(({ attemptId }) => attemptId),
      items.map(({ event }) => event),
      items.map(({ byDefault }) => byDefault),
    ],
  );
}

/**
 * Runs what is due until then, in order of time and each at its own time; of one payment, or of all. The caller's
 * transaction holds sandbox.life, so that nobody else runs the same.
 */
export async function runAgenda(
  db: Queryable,
  seed: string,
  until: Date,
  transactionId: string | null = null,
): Promise<void> {
  const { rows } = await db.query<AgendaItem>(
    `with due as (delete from sandbox.agenda where at <= $1 and ($2::text is null or transaction_id = $2) returning *)
     select at, transaction_id as "transactionId", attempt_id as "attemptId", event, by_default as "byDefault"
       from due order by due.at, due.seq`,
    [until, transactionId],
  );
  for (const item of rows) {
    const payment = await lockPayment(db, item.transactionId);
    if (payment === undefined) continue;
    if (item.event === 'succeed' || item.event === 'fail') await decide(db, seed, item, item.event, payment);
    else await move(db, item, item.event, payment);
  }
}

/** What the platform does by itself; what the payment's state does not allow any more is left out. */
async function move(db: Queryable, item: AgendaItem, event: PaymentEvent, payment: Payment): Promise<void> {
  const step = advance(payment, event, item.at.getTime(), await lockAvailable(db, payment));
  if (step.ok) await bookStep(db, step);
}

/** The provider decides about an attempt, and its webhook reaches the platform, unless it is one that gets lost. */
async function decide(
  db: Queryable,
  seed: string,
  item: AgendaItem,
  outcome: 'succeed' | 'fail',
  payment: Payment,
): Promise<void> {
  if (item.byDefault) {
    const { rowCount } = await db.query(
      'select from sandbox.provider_answers where attempt_id = $1 and from_at <= $2',
      [item.attemptId, item.at],
    );
    if (rowCount !== 0) return;
    const answer = outcome === 'succeed' ? 'succeeded' : 'failed';
    await tellAnswer(db, { attemptId: item.attemptId, fromAt: item.at, answer, byProvider: true });
  }
  const { rowCount: lost } = await db.query(
    'update sandbox.lost_webhooks set times = times - 1 where times > 0',
  );
  if (lost === 1) return;
  await settle(db, seed, item, outcome, payment);
}

/** An open attempt pays its payment, or fails it where none other is open; anything else moves nothing. */
async function settle(
  db: Queryable,
  seed: string,
  { at, attemptId }: AgendaItem,
  outcome: 'succeed' | 'fail',
  before: Payment,
): Promise<void> {
  const attempt = before.attempts.find(({ id }) => id === attemptId);
  if (attempt === undefined || !isOpen(attempt)) return;
  const others = before.attempts.filter(({ id }) => id !== attemptId);
  const when = at.getTime();
  if (outcome === 'fail' && others.some(isOpen)) {
    const failed = { ...attempt, status: 'failed' as const, errorCode: 'provider_declined', updatedAt: when };
    await bookStep(db, { ok: true, payment: { ...before, attempts: [...others, failed] }, entries: [] });
    return;
  }
  // Whose outcome it is stands last, since the platform settles the last attempt.
  let payment: Payment = { ...before, attempts: [...others, attempt] };
  if (payment.state === 'payout_pending') {
    const submitted = advance(payment, 'submit', when, 0n);
    if (submitted.ok && submitted.payment.attempts.length === payment.attempts.length)
      payment = submitted.payment;
  }
  const available = await lockAvailable(db, payment);
  const step = advance(payment, outcome === 'succeed' ? 'pay' : 'fail_payout', when, available);
  if (step.ok) await bookStep(db, step, webhooksOf(seed, step.payment));
}

function isOpen({ status }: Attempt): boolean {
  return status !== 'succeeded' && status !== 'failed';
}
