import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  createPayment,
  type Entry,
  type Payment,
  type PaymentEvent,
  type Step,
} from '../../sandbox/platform/state-machine.ts';

const EVENTS: PaymentEvent[] = [
  'send',
  'complete',
  'fail',
  'reverse',
  'approve',
  'queue',
  'submit',
  'process',
  'pay',
  'fail_payout',
  'retry',
  'mark_paid',
  'reject',
  'cancel',
];
const HOLDING = new Set([
  'requested',
  'approved',
  'payout_pending',
  'payout_submitted',
  'processing',
  'payout_failed',
]);
const kinds = fc.constantFrom(
  'deposit',
  'withdrawal',
  'refund',
  'chargeback',
  'bonus',
  'adjustment' as const,
);

interface Told {
  payments: Payment[];
  entries: (Entry & { paymentId: string })[];
  available: bigint;
  held: bigint;
}

/** A new payment, any event at all, or (`nth`) one of the events that are allowed now, so that walks get far. */
type Command =
  | { kind: Payment['kind']; amount: bigint }
  | { event: PaymentEvent; which: number }
  | { nth: number; which: number };
const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: kinds, amount: fc.bigInt(1n, 10n ** 18n) }) },
    { weight: 2, arbitrary: fc.record({ event: fc.constantFrom(...EVENTS), which: fc.nat(7) }) },
    { weight: 5, arbitrary: fc.record({ nth: fc.nat(7), which: fc.nat(7) }) },
  ),
  { minLength: 30, maxLength: 90, size: 'max' },
);

const NOBODY = {
  tenantId: 't',
  accountId: 'a',
  payeeRef: null,
  currency: 'TRY',
  provider: 'p',
  providerRef: null,
};

function stepOf(command: Command, told: Told, at: number): Step | null {
  if ('kind' in command) return createPayment({ ...NOBODY, ...command, id: `tx_${at}` }, at, told.available);
  const target = told.payments[command.which % Math.max(1, told.payments.length)];
  if (target === undefined) return null;
  if ('event' in command) return advance(target, command.event, at, told.available);
  const allowed = EVENTS.map((event) => advance(target, event, at, told.available)).filter(({ ok }) => ok);
  return allowed[command.nth % Math.max(1, allowed.length)] ?? null;
}

/** What the wallet holds at first: enough for some withdrawals, too little for others. */
const OPENING = 10n ** 18n;

/** Runs commands on one wallet; what the machine refuses changes nothing. */
function run(script: readonly Command[]): Told {
  const told: Told = { payments: [], entries: [], available: OPENING, held: 0n };
  script.forEach((command, at) => {
    const step = stepOf(command, told, at);
    if (step === null || !step.ok) return;
    told.payments = [...told.payments.filter(({ id }) => id !== step.payment.id), step.payment];
    for (const entry of step.entries) {
      told.entries.push({ ...entry, paymentId: step.payment.id });
      told.available += entry.deltaAvailable;
      told.held += entry.deltaHeld;
    }
  });
  return told;
}

const check = (property: (told: Told) => void): void =>
  fc.assert(
    fc.property(commands, (script) => property(run(script))),
    { numRuns: 150 },
  );

/** A withdrawal of 5 that went this way. */
function walkThrough(events: readonly PaymentEvent[]): Payment {
  const created = createPayment({ ...NOBODY, id: 'tx_1', kind: 'withdrawal', amount: 5n }, 0, 5n);
  let payment = created.ok ? created.payment : expect.fail('not created');
  for (const event of events) {
    const step = advance(payment, event, 1, 0n);
    payment = step.ok ? step.payment : expect.fail(`${event} was refused`);
  }
  return payment;
}

function failedThrice(): Payment {
  const path: PaymentEvent[] = ['approve', 'queue', 'submit', 'fail_payout'];
  const again: PaymentEvent[] = ['retry', 'submit', 'fail_payout'];
  return walkThrough([...path, ...again, ...again]);
}

describe('the payment state machine', () => {
  it('never takes a wallet below zero', () => {
    check(({ available, held }) => {
      expect(available >= 0n && held >= 0n).toBe(true);
    });
  });

  it('holds exactly what open withdrawals ask for', () => {
    check(({ payments, held }) => {
      const open = payments.filter(({ kind, state }) => kind === 'withdrawal' && HOLDING.has(state));
      expect(held).toBe(open.reduce((sum, { amount }) => sum + amount, 0n));
    });
  });

  it('burns a withdrawal once if paid, else never', () => {
    check(({ payments, entries }) => {
      for (const payment of payments.filter(({ kind }) => kind === 'withdrawal')) {
        const burns = entries.filter(
          (entry) => entry.paymentId === payment.id && entry.deltaHeld < 0n && entry.deltaAvailable === 0n,
        );
        expect(burns.map(({ deltaHeld }) => -deltaHeld)).toEqual(
          payment.state === 'paid' ? [payment.amount] : [],
        );
      }
    });
  });

  it('gives a rejected withdrawal back whole, fees too', () => {
    check(({ payments, entries }) => {
      for (const payment of payments.filter(({ state }) => state === 'rejected' || state === 'canceled')) {
        const own = entries.filter((entry) => entry.paymentId === payment.id);
        expect(own.reduce((sum, entry) => sum + entry.deltaAvailable, 0n)).toBe(0n);
        expect(own.reduce((sum, entry) => sum + entry.deltaHeld, 0n)).toBe(0n);
      }
    });
  });

  it('gives each entry an id of its own', () => {
    check(({ entries }) => {
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    });
  });

  it('has at most one open attempt and three in all', () => {
    check(({ payments }) => {
      for (const { attempts } of payments) {
        expect(attempts.filter(({ status }) => status === 'submitted').length).toBeLessThanOrEqual(1);
        expect(attempts.length).toBeLessThanOrEqual(3);
      }
    });
  });

  it('walks to every final state in these properties', () => {
    const seen = new Set<string>();
    check(({ payments }) => payments.forEach(({ state }) => seen.add(state)));
    for (const state of ['completed', 'failed', 'reversed', 'paid', 'rejected', 'canceled'])
      expect(seen).toContain(state);
  });

  it('refuses a fourth attempt', () => {
    expect(advance(failedThrice(), 'retry', 2, 0n)).toEqual({ ok: false, reason: 'too_many_attempts' });
  });

  it('lets a retry through above the limit for an override', () => {
    const payment = failedThrice();
    const step = advance(payment, 'retry', 2, 0n, { waivesCount: true });
    expect(step).toMatchObject({ ok: true, payment: { state: 'payout_pending' } });
    if (step.ok)
      expect(step.payment.attempts.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((no) => `pa_1_${no}`));
    const paid = { ...payment, state: 'paid' as const };
    expect(advance(paid, 'retry', 2, 0n, { waivesCount: true })).toEqual({
      ok: false,
      reason: 'wrong_state',
    });
  });

  it.each([
    ['payout_pending', []],
    ['payout_submitted', ['succeeded']],
    ['processing', ['succeeded']],
    ['payout_failed', ['failed']],
  ] as const)('is marked as paid by hand from %s', (state, statuses) => {
    const walk = ['approve', 'queue', 'submit', 'process', 'fail_payout'] as const;
    const steps = { payout_pending: 2, payout_submitted: 3, processing: 4, payout_failed: 5 }[state];
    const step = advance(walkThrough(walk.slice(0, steps)), 'mark_paid', 9, 0n);
    expect(step).toMatchObject({ ok: true, payment: { state: 'paid', finalAt: 9 } });
    if (!step.ok) return;
    expect(step.payment.attempts.map(({ status }) => status)).toEqual(statuses);
    expect(step.entries).toMatchObject([{ event: 'withdrawal_paid', deltaAvailable: 0n, deltaHeld: -5n }]);
  });

  it('refuses a withdrawal that the wallet can not carry', () => {
    const request = { ...NOBODY, id: 'tx_1', kind: 'withdrawal', amount: 10_000n } as const;
    // 0.25 % fee and 5 % tax on it.
    expect(createPayment(request, 0, 10_025n)).toEqual({ ok: false, reason: 'insufficient_funds' });
    expect(createPayment(request, 0, 10_026n).ok).toBe(true);
  });
});
