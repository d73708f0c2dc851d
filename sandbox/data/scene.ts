import type { Queryable } from '../../src/database/pool.ts';
import { assert } from '../../src/errors.ts';
import { toDecimal } from '../../src/money.ts';
import {
  advance,
  createPayment,
  type Payment,
  type PaymentEvent,
  type PaymentKind,
} from '../platform/state-machine.ts';
import { makeBook, type Wallet } from './book.ts';
import type { Change } from './changes.ts';
import { makeRandom } from './random.ts';
import { addToWallets, writeAccounts, writeBaselines, writeHappened } from './rows.ts';

export interface SceneOptions {
  seed: string;
  /** Two scenes of one name are the same rows. */
  name: string;
  tenantId: string;
  currency: string;
  provider: string;
}

export interface PaymentPlan {
  kind: PaymentKind;
  /** Minor units. */
  amount: bigint;
  createdAt: number;
  events: readonly (readonly [PaymentEvent, number])[];
}

/**
 * An account of its own, which life never touches, on which payments run through the state machine by hand: the
 * healthy ground that a break is planted on. Kept in memory until it is written.
 */
export function makeScene(options: SceneOptions) {
  const { seed, name, tenantId, currency, provider } = options;
  const random = makeRandom(`${seed}/scene/${name}`);
  const owner = { tenantId, accountId: `acc_${random.serial}`, currency };
  const wallet: Wallet = { ...owner, available: 0n, held: 0n, updatedAt: Number.MAX_SAFE_INTEGER };
  const book = makeBook(seed);
  const payments = new Map<string, Payment>();
  let firstAt = Number.POSITIVE_INFINITY;

  return {
    owner,
    provider,
    /** A fresh id with this prefix, always the same in the same place. */
    newId: (prefix: string, what: string): string =>
      `${prefix}_${makeRandom(`${seed}/scene/${name}/${what}`).serial}`,
    decimal: (minor: bigint): string => toDecimal({ minor, currency }),
    wallet: (): Readonly<Wallet> => wallet,
    /** Runs one payment; every step must be one that the platform allows. */
    pay({ kind, amount, createdAt, events }: PaymentPlan): Payment {
      firstAt = Math.min(firstAt, createdAt);
      const serial = makeRandom(`${seed}/scene/${name}/${payments.size}`).serial;
      const withProvider = kind !== 'bonus' && kind !== 'adjustment';
      const request = {
        id: `tx_${serial}`,
        ...owner,
        payeeRef: kind === 'withdrawal' ? `payee_${owner.accountId.slice(4, 12)}` : null,
        kind,
        amount,
        provider: withProvider ? provider : null,
        providerRef: withProvider ? `${provider}-${serial}` : null,
      };
      let step = createPayment(request, createdAt, wallet.available);
      assert(step.ok, `${name}: a ${kind} is refused`);
      book.accept(step, wallet);
      for (const [event, at] of events) {
        step = advance(step.payment, event, at, wallet.available);
        assert(step.ok, `${name}: ${event} is refused`);
        book.accept(step, wallet);
      }
      payments.set(step.payment.id, step.payment);
      return step.payment;
    },
    /** Writes the account, its baseline of nothing, its payments and its wallet; life leaves them alone from now on. */
    async write(db: Queryable): Promise<void> {
      const happened = book.take('all');
      const openedAt = firstAt === Number.POSITIVE_INFINITY ? 0 : firstAt - 60_000;
      await writeAccounts(db, [{ ...owner, status: 'active' }]);
      await writeBaselines(db, [{ ...owner, available: 0n, held: 0n, updatedAt: openedAt }]);
      await writeHappened(db, happened);
      if (happened.entries.length > 0) await addToWallets(db, [wallet]);
      await db.query('insert into sandbox.hand_made (transaction_id) select unnest($1::text[])', [
        [...payments.keys()],
      ]);
    },
  };
}

export type Scene = ReturnType<typeof makeScene>;

/** The provider paid after all: last attempt, state, burn and wallet. */
export function paidOut(scene: Scene, payment: Payment): Change[] {
  const amount = scene.decimal(-payment.amount);
  return [
    ...payment.attempts
      .slice(-1)
      .map(({ id }): Change => ({ do: 'attempt', id, status: 'succeeded', errorCode: null })),
    { do: 'state', id: payment.id, state: 'paid', final: true },
    entryOf(scene, { transactionId: payment.id, event: 'withdrawal_paid', available: '0', held: amount }),
    { do: 'wallet', owner: scene.owner, available: '0', held: amount },
  ];
}

/** The payout is given up and the hold released: open attempts, state, entry and wallet. */
export function givenBack(scene: Scene, payment: Payment): Change[] {
  const [available, held] = [scene.decimal(payment.amount), scene.decimal(-payment.amount)];
  return [
    ...payment.attempts.map(({ id }): Change => ({
      do: 'attempt',
      id,
      status: 'failed',
      errorCode: 'provider_declined',
    })),
    { do: 'state', id: payment.id, state: 'rejected', final: true },
    entryOf(scene, { transactionId: payment.id, event: 'withdrawal_returned', available, held }),
    { do: 'wallet', owner: scene.owner, available, held },
  ];
}

/** One more attempt at a payment, that the platform did not make; its id follows from `what`. */
export function attemptOf(
  scene: Scene,
  payment: Payment,
  attempt: { what: string; status: string; at: number },
): Change & { do: 'new_attempt' } {
  const id = scene.newId('pa', attempt.what);
  return {
    do: 'new_attempt',
    id,
    transactionId: payment.id,
    provider: scene.provider,
    providerRef: `${scene.provider}-${id.slice(3)}`,
    status: attempt.status,
    at: attempt.at,
  };
}

/** An entry on the scene's account; its id follows from the event. */
export function entryOf(
  scene: Scene,
  entry: {
    transactionId: string | null;
    event: string;
    available: string | null;
    held: string | null;
    at?: number;
  },
): Change {
  return { do: 'entry', id: scene.newId('le', entry.event), owner: scene.owner, ...entry };
}
