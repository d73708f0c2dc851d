import { z } from 'zod';
import { withTransaction, type Pool } from '../../src/database/pool.ts';
import { AppError, assert } from '../../src/errors.ts';
import { parseMoney } from '../../src/money.ts';
import { parseDuration } from '../duration.ts';
import { feesOf } from '../platform/fees.ts';
import type { PaymentEvent, PaymentKind, PaymentState } from '../platform/state-machine.ts';
import { makeScene } from './scene.ts';
import { PROVIDERS, SANDBOX_TENANTS } from './world.ts';

/** The body of POST /sandbox/transaction. `age` is how long it has been in its state. */
export const transactionRequest = z.strictObject({
  kind: z.enum(['deposit', 'withdrawal', 'refund', 'chargeback', 'bonus', 'adjustment']),
  amount: z.string(),
  currency: z.string(),
  provider: z.enum(PROVIDERS.map(({ provider }) => provider)).optional(),
  state: z.string(),
  age: z.string().default('0s'),
});
export type TransactionRequest = z.infer<typeof transactionRequest>;

const SUBMITTED = ['approve', 'queue', 'submit'] as const;
const WITHDRAWAL_PATHS: Partial<Record<PaymentState, readonly PaymentEvent[]>> = {
  requested: [],
  approved: ['approve'],
  payout_pending: ['approve', 'queue'],
  payout_submitted: SUBMITTED,
  processing: [...SUBMITTED, 'process'],
  paid: [...SUBMITTED, 'process', 'pay'],
  payout_failed: [...SUBMITTED, 'process', 'fail_payout'],
  rejected: ['reject'],
  canceled: ['cancel'],
};
const DEPOSIT_PATHS: Partial<Record<PaymentState, readonly PaymentEvent[]>> = {
  created: [],
  pending_provider: ['send'],
  completed: ['send', 'complete'],
  failed: ['send', 'fail'],
  reversed: ['send', 'complete', 'reverse'],
};

/** Events before the last one lie a second apart, so that an attempt is hardly older than its payment's state. */
const STEP_MS = 1_000;

/**
 * Makes a payment in any state on an account of its own, ledger and wallet consistent; from then on only the
 * platform's API and the provider move it. Throws config_invalid for an amount, age or state that can't be.
 */
export async function createTransaction(
  pool: Pool,
  request: TransactionRequest,
  now: Date,
): Promise<{ id: string; attempt?: string }> {
  const { kind, currency } = request;
  const path = pathOf(kind, request.state);
  const money = parseMoney(request.amount, currency);
  if (money === undefined || money.minor <= 0n)
    throw invalid(`${request.amount} ${currency} is not an amount`);
  const amount = money.minor;
  const at = now.getTime() - parseDuration(request.age);
  const createdAt = at - path.length * STEP_MS;
  return await withTransaction(pool, async (db) => {
    const { rows } = await db.query<{ seed: string; made: number }>(
      `select seed, (select count(*)::int from sandbox.hand_made) as made from sandbox.life for update`,
    );
    const life = rows[0];
    assert(life !== undefined, 'payments are made in a seeded database');
    const scene = makeScene({
      seed: life.seed,
      name: `made-${life.made}`,
      tenantId: SANDBOX_TENANTS[life.made % SANDBOX_TENANTS.length]!.id,
      currency,
      provider: request.provider ?? PROVIDERS[0].provider,
    });
    if (kind === 'withdrawal' || kind === 'refund' || kind === 'chargeback')
      fundFor(scene, amount, createdAt - 86_400_000);
    const payment = scene.pay({
      kind,
      amount,
      createdAt,
      events: path.map((event, index) => [event, at - (path.length - 1 - index) * STEP_MS] as const),
    });
    await scene.write(db);
    const attempt = payment.attempts.at(-1);
    return attempt === undefined ? { id: payment.id } : { id: payment.id, attempt: attempt.id };
  });
}

/** Enough for the amount and its fees, on both ways. */
function fundFor(scene: ReturnType<typeof makeScene>, amount: bigint, at: number): void {
  const { fee, tax } = feesOf('withdrawal', amount);
  const needed = amount + fee + tax;
  const deposit = needed + needed / 50n + 1n;
  scene.pay({
    kind: 'deposit',
    amount: deposit,
    createdAt: at,
    events: [
      ['send', at + STEP_MS],
      ['complete', at + 60_000],
    ],
  });
}

function pathOf(kind: PaymentKind, state: string): readonly PaymentEvent[] {
  const paths = kind === 'withdrawal' ? WITHDRAWAL_PATHS : DEPOSIT_PATHS;
  const path = (paths as Record<string, readonly PaymentEvent[] | undefined>)[state];
  if (path === undefined)
    throw invalid(`a ${kind} is never ${state}; it is one of ${Object.keys(paths).join(', ')}`);
  return path;
}

function invalid(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
