import { feesOf } from './fees.ts';

/** The rules of the stand-in payment platform: pure, so that its data, its life and its API all obey the same ones. */

export type PaymentKind = 'deposit' | 'withdrawal' | 'refund' | 'chargeback' | 'bonus' | 'adjustment';
export type PaymentState =
  | 'created'
  | 'pending_provider'
  | 'completed'
  | 'failed'
  | 'reversed'
  | 'requested'
  | 'approved'
  | 'payout_pending'
  | 'payout_submitted'
  | 'processing'
  | 'paid'
  | 'payout_failed'
  | 'rejected'
  | 'canceled';
export type AttemptStatus = 'pending' | 'submitted' | 'succeeded' | 'failed' | 'unknown';

export interface Attempt {
  id: string;
  provider: string;
  providerRef: string;
  status: AttemptStatus;
  errorCode: string | null;
  createdAt: number;
  updatedAt: number;
}

/** One payment; times are epoch milliseconds, the amount is in minor units and positive. */
export interface Payment {
  id: string;
  tenantId: string;
  accountId: string;
  payeeRef: string | null;
  kind: PaymentKind;
  state: PaymentState;
  amount: bigint;
  currency: string;
  provider: string | null;
  providerRef: string | null;
  createdAt: number;
  stateSince: number;
  finalAt: number | null;
  updatedAt: number;
  attempts: readonly Attempt[];
}

/** One ledger entry; deltas in minor units. Each event happens at most once in a payment's life. */
export interface Entry {
  id: string;
  event: string;
  deltaAvailable: bigint;
  deltaHeld: bigint;
  at: number;
}

export type PaymentEvent =
  | 'send'
  | 'complete'
  | 'fail'
  | 'reverse'
  | 'approve'
  | 'queue'
  | 'submit'
  | 'process'
  | 'pay'
  | 'fail_payout'
  | 'retry'
  | 'mark_paid'
  | 'reject'
  | 'cancel';

export type Step =
  | { ok: true; payment: Payment; entries: Entry[] }
  | { ok: false; reason: 'wrong_state' | 'insufficient_funds' | 'too_many_attempts' };

const MAX_ATTEMPTS = 3;

interface Rule {
  from: readonly PaymentState[];
  to: PaymentState;
}

const DEPOSIT_RULES: Partial<Record<PaymentEvent, Rule>> = {
  send: { from: ['created'], to: 'pending_provider' },
  complete: { from: ['created', 'pending_provider'], to: 'completed' },
  fail: { from: ['created', 'pending_provider'], to: 'failed' },
  reverse: { from: ['completed'], to: 'reversed' },
};
const WITHDRAWAL_RULES: Partial<Record<PaymentEvent, Rule>> = {
  approve: { from: ['requested'], to: 'approved' },
  queue: { from: ['approved'], to: 'payout_pending' },
  submit: { from: ['payout_pending'], to: 'payout_submitted' },
  process: { from: ['payout_submitted'], to: 'processing' },
  pay: { from: ['payout_submitted', 'processing'], to: 'paid' },
  fail_payout: { from: ['payout_submitted', 'processing'], to: 'payout_failed' },
  retry: { from: ['payout_failed'], to: 'payout_pending' },
  mark_paid: { from: ['payout_pending', 'payout_submitted', 'processing', 'payout_failed'], to: 'paid' },
  reject: { from: ['requested', 'approved', 'payout_failed'], to: 'rejected' },
  cancel: { from: ['requested', 'approved'], to: 'canceled' },
};
const FINAL: ReadonlySet<PaymentState> = new Set([
  'completed',
  'failed',
  'reversed',
  'paid',
  'rejected',
  'canceled',
]);

export type NewPayment = Pick<
  Payment,
  'id' | 'tenantId' | 'accountId' | 'payeeRef' | 'kind' | 'amount' | 'currency' | 'provider' | 'providerRef'
>;

/** A payment comes into being. A withdrawal needs its amount and fees in `available` and moves the amount to held. */
export function createPayment(request: NewPayment, at: number, available: bigint): Step {
  const withdrawal = request.kind === 'withdrawal';
  const payment: Payment = {
    ...request,
    state: withdrawal ? 'requested' : 'created',
    createdAt: at,
    stateSince: at,
    finalAt: null,
    updatedAt: at,
    attempts: [],
  };
  if (!withdrawal) return { ok: true, payment, entries: [] };
  const { fee, tax } = feesOf(request.kind, request.amount);
  if (available < request.amount + fee + tax) return { ok: false, reason: 'insufficient_funds' };
  const entries = [entry(payment, 'withdrawal_requested', -request.amount, request.amount, at)];
  return { ok: true, payment, entries: [...entries, ...feeEntries(payment, at)] };
}

/**
 * One event of a payment's life, or why it can't happen now. `available` is the wallet's bucket before the event;
 * `waivesCount`: an override lets a retry through above the number of attempts.
 */
export function advance(
  payment: Payment,
  event: PaymentEvent,
  at: number,
  available: bigint,
  { waivesCount = false }: { waivesCount?: boolean } = {},
): Step {
  const rule = (payment.kind === 'withdrawal' ? WITHDRAWAL_RULES : DEPOSIT_RULES)[event];
  if (rule === undefined || !rule.from.includes(payment.state)) return { ok: false, reason: 'wrong_state' };
  if (event === 'retry' && !waivesCount && payment.attempts.length >= MAX_ATTEMPTS)
    return { ok: false, reason: 'too_many_attempts' };
  const next: Payment = {
    ...payment,
    state: rule.to,
    stateSince: at,
    finalAt: FINAL.has(rule.to) ? at : null,
    updatedAt: at,
    attempts: attemptsAfter(payment, event, at),
  };
  const entries = entriesOf(payment, event, at);
  const change = entries.reduce((sum, { deltaAvailable }) => sum + deltaAvailable, 0n);
  if (change < 0n && available + change < 0n) return { ok: false, reason: 'insufficient_funds' };
  return { ok: true, payment: next, entries };
}

function attemptsAfter(payment: Payment, event: PaymentEvent, at: number): readonly Attempt[] {
  if (event === 'retry') return [...payment.attempts, newAttempt(payment, 'pending', at)];
  const last = payment.attempts.at(-1);
  if (event === 'submit')
    return last?.status === 'pending'
      ? [...payment.attempts.slice(0, -1), { ...last, status: 'submitted', updatedAt: at }]
      : [...payment.attempts, newAttempt(payment, 'submitted', at)];
  if (last === undefined) return payment.attempts;
  const settled = { ...last, updatedAt: at };
  if (event === 'mark_paid')
    return payment.attempts.map((each) => (each === lastOpen(payment) ? paidBy(each, at) : each));
  if (event === 'pay') return [...payment.attempts.slice(0, -1), { ...settled, status: 'succeeded' }];
  if (event === 'fail_payout')
    return [
      ...payment.attempts.slice(0, -1),
      { ...settled, status: 'failed', errorCode: 'provider_declined' },
    ];
  return payment.attempts;
}

/** By hand it is paid by the attempt that may still pay, if there is one. */
function lastOpen({ attempts }: Payment): Attempt | undefined {
  return attempts.findLast(({ status }) => status !== 'succeeded' && status !== 'failed');
}

function paidBy(attempt: Attempt, at: number): Attempt {
  return { ...attempt, status: 'succeeded', updatedAt: at };
}

function newAttempt(payment: Payment, status: 'pending' | 'submitted', at: number): Attempt {
  const number = payment.attempts.length + 1;
  const serial = payment.id.slice(payment.id.indexOf('_') + 1);
  return {
    id: `pa_${serial}_${number}`,
    provider: payment.provider ?? 'none',
    providerRef: `${payment.provider ?? 'none'}-${serial}-${number}`,
    status,
    errorCode: null,
    createdAt: at,
    updatedAt: at,
  };
}

function entriesOf(payment: Payment, event: PaymentEvent, at: number): Entry[] {
  const { kind, amount } = payment;
  const debit = kind === 'refund' || kind === 'chargeback';
  switch (event) {
    case 'complete':
      return [
        entry(payment, `${kind}_completed`, debit ? -amount : amount, 0n, at),
        ...feeEntries(payment, at),
      ];
    case 'reverse':
      return [
        entry(payment, `${kind}_reversed`, debit ? amount : -amount, 0n, at),
        ...feeRefund(payment, at),
      ];
    case 'pay':
    case 'mark_paid':
      return [entry(payment, 'withdrawal_paid', 0n, -amount, at)];
    case 'reject':
    case 'cancel':
      return [entry(payment, 'withdrawal_returned', amount, -amount, at), ...feeRefund(payment, at)];
    case 'send':
    case 'fail':
    case 'approve':
    case 'queue':
    case 'submit':
    case 'process':
    case 'fail_payout':
    case 'retry':
      return [];
  }
}

function feeEntries(payment: Payment, at: number): Entry[] {
  const { fee, tax } = feesOf(payment.kind, payment.amount);
  return [
    ...(fee === 0n ? [] : [entry(payment, 'fee_charged', -fee, 0n, at)]),
    ...(tax === 0n ? [] : [entry(payment, 'fee_tax_charged', -tax, 0n, at)]),
  ];
}

function feeRefund(payment: Payment, at: number): Entry[] {
  const { fee, tax } = feesOf(payment.kind, payment.amount);
  return fee + tax === 0n ? [] : [entry(payment, 'fee_refunded', fee + tax, 0n, at)];
}

function entry(
  payment: Pick<Payment, 'id'>,
  event: string,
  deltaAvailable: bigint,
  deltaHeld: bigint,
  at: number,
): Entry {
  return {
    id: `le_${payment.id.slice(payment.id.indexOf('_') + 1)}_${event}`,
    event,
    deltaAvailable,
    deltaHeld,
    at,
  };
}
