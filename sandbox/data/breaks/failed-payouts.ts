import type { RiskClass, SuggestedAction } from '../../../src/findings/types.ts';
import type { Change } from '../changes.ts';
import type { TrueAnswer } from '../provider-truth.ts';
import { givenBack } from '../scene.ts';
import { payoutOf, PROCESSING, sayOf, SMALL } from './payout-scene.ts';
import { HOUR, MINUTE, onPayment, sceneFor, type Ground, type Plant } from './plant.ts';

/** Payouts that failed, with their funds held (R21, R22, R23). */
export function failedPlants(ground: Ground): Plant[] {
  return [
    failedPayout(ground, {
      name: 'r21-limit',
      currency: 'TRY',
      says: ['failed', 'failed', 'failed'],
      age: 3 * HOUR,
      expected: 'R21 MED',
    }),
    failedPayout(ground, {
      name: 'r21-limit-large',
      currency: 'USD',
      says: ['failed', 'failed', 'failed'],
      age: 4 * HOUR,
      amount: 125_000n,
      expected: 'R21 HIGH',
    }),
    cooledPayout(ground),
    failedPayout(ground, {
      name: 'r23-failed',
      currency: 'JPY',
      says: ['failed'],
      age: 50 * MINUTE,
      expected: 'R23 LOW',
    }),
    failedPayout(ground, {
      name: 'r23-failed-twice',
      currency: 'KWD',
      says: ['failed', 'failed'],
      age: 2 * HOUR,
      expected: 'R23 LOW',
    }),
    failedPayout(ground, {
      name: 'r23-one-not-found',
      currency: 'USD',
      says: ['not_found', 'failed'],
      age: 70 * MINUTE,
      expected: 'R23 MED',
    }),
    failedPayout(ground, {
      name: 'r23-still-pending',
      currency: 'TRY',
      says: ['pending'],
      age: 40 * MINUTE,
      expected: 'R23 MED',
    }),
    failedPayout(ground, {
      name: 'r23-failed-large',
      currency: 'EUR',
      says: ['pending'],
      age: 5 * HOUR,
      amount: 145_000n,
      expected: 'R23 HIGH',
    }),
    failedPayout(ground, {
      name: 'r23-failed-old',
      currency: 'TRY',
      says: ['failed'],
      age: 30 * HOUR,
      expected: 'R23 OLD',
    }),
  ];
}

const FAILURE = {
  'R21 MED': ['R21', 'MED', 'manual_review'],
  'R21 HIGH': ['R21', 'HIGH', 'manual_review'],
  'R23 LOW': ['R23', 'LOW', 'retry'],
  'R23 MED': ['R23', 'MED', 'manual_review'],
  'R23 HIGH': ['R23', 'HIGH', 'manual_review'],
  'R23 OLD': ['R23', 'HIGH', 'escalate'],
} as const satisfies Record<string, readonly [string, RiskClass, SuggestedAction]>;

interface Failed {
  name: string;
  currency: string;
  /** What the provider answers about each attempt; all are failed as far as the platform knows. */
  says: readonly TrueAnswer[];
  age: number;
  amount?: bigint;
  expected: keyof typeof FAILURE;
}

/** Funds stay held; a retry is safe where the provider says of every attempt that it failed. */
function failedPayout(ground: Ground, { name, currency, says, age, amount, expected }: Failed): Plant {
  const scene = sceneFor(ground, name, currency);
  const again = ['retry', 'submit', 'process', 'fail_payout'] as const;
  const path = [...PROCESSING, 'fail_payout' as const, ...says.slice(1).flatMap(() => again)];
  const payment = payoutOf(scene, amount ?? SMALL[currency]!, path, ground.startAt - age);
  const [rule, risk, action] = FAILURE[expected];
  return {
    name,
    scene,
    breaks: payment.attempts.map(({ id }, index) => sayOf(id, says[index]!, payment)),
    expected: [{ rule, class: risk, action, subject: onPayment(payment) }],
    mend: givenBack(scene, payment),
  };
}

/** From the sandbox's start to the look of the first daily run: 08:30 to 08:55. */
const FIRST_LOOK_MS = 25 * MINUTE;

/** Fails, is tried again seconds before the first daily run, and fails again: the cooldown runs when it looks. */
function cooledPayout(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r22-cooldown', 'EUR');
  const payment = payoutOf(
    scene,
    SMALL['EUR']!,
    [...PROCESSING, 'fail_payout'],
    ground.startAt - 38 * MINUTE,
  );
  const first = payment.attempts[0]!.id;
  const second = first.replace(/_1$/, '_2');
  const happens = (event: 'retry' | 'submit' | 'process' | 'fail', secondsBefore: number): Change => ({
    do: 'agenda',
    transactionId: payment.id,
    attemptId: second,
    event,
    at: ground.startAt + FIRST_LOOK_MS - secondsBefore * 1_000,
  });
  return {
    name: 'r22-cooldown',
    scene,
    breaks: [
      sayOf(first, 'failed', payment),
      happens('retry', 40),
      happens('submit', 38),
      happens('process', 36),
      happens('fail', 32),
    ],
    expected: [{ rule: 'R22', class: 'LOW', action: 'wait', subject: onPayment(payment) }],
    mend: givenBack(scene, payment),
  };
}
