import { assert } from '../../src/errors.ts';
import {
  advance,
  createPayment,
  type Payment,
  type PaymentEvent,
  type Step,
} from '../platform/state-machine.ts';
import { makeAgenda } from './agenda.ts';
import type { Book } from './book.ts';
import type { Birth } from './rhythm.ts';
import { scriptOf, type Script } from './script.ts';
import { minorFromDrawnUsd } from './world.ts';

interface Life {
  payment: Payment;
  script: Script;
  next: number;
}

/**
 * Runs the platform on a book: births and scripted events in order of time, through the state machine. Seeding 30
 * days and living on for an hour are the same engine; what differs is what the book holds at the beginning.
 */
export function makeEngine(seed: string, book: Book) {
  const lives = new Map<string, Life>();
  const agenda = makeAgenda();

  function plan(life: Life): void {
    const step = life.script[life.next];
    if (step !== undefined) {
      lives.set(life.payment.id, life);
      agenda.add({ at: life.payment.createdAt + step[1], id: life.payment.id, order: life.next });
      return;
    }
    lives.delete(life.payment.id);
    book.close(life.payment.id);
  }

  function begin(birth: Birth): void {
    const { tenantId, accountId } = birth.account;
    const owner = { tenantId, accountId, currency: birth.currency };
    const wallet =
      book.findWallet(owner) ?? book.addWallet({ ...owner, available: 0n, held: 0n, updatedAt: birth.at });
    const step = firstStep(birth, wallet.available);
    book.accept(step, wallet);
    plan({ payment: step.payment, script: scriptOf(seed, birth.id, step.payment.kind), next: 0 });
  }

  function happen(life: Life, event: PaymentEvent, at: number): void {
    const wallet = book.walletOf(life.payment);
    const step = advance(life.payment, event, at, wallet.available);
    life.next += 1;
    if (step.ok) {
      life.payment = step.payment;
      book.accept(step, wallet);
    } else if (step.reason === 'insufficient_funds' && life.payment.state === 'created') {
      // A refund or chargeback of money that was spent meanwhile is declined, so that nothing goes below zero.
      life.script = [...life.script.slice(0, life.next), ['fail', at - life.payment.createdAt]];
    }
    plan(life);
  }

  function runAgenda(to: number): void {
    for (let due = agenda.takeUntil(to); due !== undefined; due = agenda.takeUntil(to)) {
      const life = lives.get(due.id);
      const step = life?.script[life.next];
      assert(life !== undefined && step !== undefined, `nothing is due for ${due.id}`);
      happen(life, step[0], due.at);
    }
  }

  return {
    /** A payment from before, with the part of its script that lies after `from`. */
    resume(payment: Payment, from: number): void {
      const script = scriptOf(seed, payment.id, payment.kind);
      const next = script.findIndex(([, offset]) => payment.createdAt + offset > from);
      if (next >= 0) plan({ payment, script, next });
    },
    /** Lives until `to`; the births lie before it, in order of time. */
    run(births: readonly Birth[], to: number): void {
      for (const birth of births) {
        runAgenda(birth.at - 1);
        begin(birth);
      }
      runAgenda(to);
    },
  };
}

/** A withdrawal takes less when there is less; what the wallet can't carry at all becomes a deposit. */
function firstStep(birth: Birth, available: bigint): Step & { ok: true } {
  const wished = minorFromDrawnUsd(birth.usd, birth.currency);
  const share = (available * BigInt(Math.round(birth.share * 1_000))) / 1_000n;
  const debit = birth.kind === 'withdrawal' || birth.kind === 'refund' || birth.kind === 'chargeback';
  const tooPoor = debit && share < minorFromDrawnUsd(20, birth.currency);
  const kind = tooPoor ? 'deposit' : birth.kind;
  const provider = kind === 'bonus' || kind === 'adjustment' ? null : birth.provider;
  const request = {
    id: birth.id,
    tenantId: birth.account.tenantId,
    accountId: birth.account.accountId,
    payeeRef: kind === 'withdrawal' ? `payee_${birth.account.accountId.slice(4, 12)}` : null,
    kind,
    amount: debit && !tooPoor && wished > share ? share : wished,
    currency: birth.currency,
    provider,
    providerRef: provider === null ? null : `${provider}-${birth.id.slice(3)}`,
  } as const;
  // At most nine tenths of what is available, so there is always room for the fee.
  const step = createPayment(request, birth.at, available);
  assert(step.ok, `${birth.id} could not be created`);
  return step;
}
