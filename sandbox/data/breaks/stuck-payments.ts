import type { Payment, PaymentEvent } from '../../platform/state-machine.ts';
import type { Change } from '../changes.ts';
import type { TrueAnswer } from '../provider-truth.ts';
import { attemptOf, givenBack } from '../scene.ts';
import { payoutOf, PROCESSING, sayOf, SMALL, SUBMITTED } from './payout-scene.ts';
import { HOUR, MINUTE, onPayment, sceneFor, type Expected, type Ground, type Plant } from './plant.ts';

/** Payouts that stand still, and deposits that wait for their provider (R19, R20). */
/** The first digest looks between 08:55 and 09:05: those of R19 are past 30 minutes by then and well below two hours. */
const STUCK: readonly Stuck[] = [
  { name: 'r19-submitted', currency: 'TRY', path: SUBMITTED, age: 42 * MINUTE, says: 'pending' },
  // The provider decided, and its webhook was lost.
  { name: 'r19-processing', currency: 'EUR', path: PROCESSING, age: 61 * MINUTE, says: 'succeeded' },
  { name: 'r19-failed', currency: 'USD', path: PROCESSING, age: 47 * MINUTE, says: 'failed' },
  { name: 'r19-pending', currency: 'JPY', path: ['approve', 'queue'], age: 35 * MINUTE },
  { name: 'r19-silent', currency: 'TRY', path: PROCESSING, age: 44 * MINUTE, says: 'silent' },
  {
    name: 'r19-unknown',
    currency: 'KWD',
    path: PROCESSING,
    age: 50 * MINUTE,
    last: 'unknown',
    says: 'not_found',
  },
  {
    name: 'r19-two-open',
    currency: 'USD',
    path: PROCESSING,
    age: 55 * MINUTE,
    second: true,
    says: 'pending',
  },
  { name: 'r20-processing', currency: 'USD', path: PROCESSING, age: 5 * HOUR, says: 'pending' },
  { name: 'r20-unknown', currency: 'TRY', path: SUBMITTED, age: 26 * HOUR, last: 'unknown', says: 'silent' },
];

export function stuckPlants(ground: Ground): Plant[] {
  return [
    ...STUCK.map((stuck) => stuckPayout(ground, stuck)),
    stuckDeposit(ground, { name: 'r19-deposit', currency: 'EUR', age: 68 * MINUTE }),
    stuckDeposit(ground, { name: 'r20-deposit', currency: 'KWD', age: 6 * HOUR }),
  ];
}

interface Stuck {
  name: string;
  currency: string;
  path?: readonly PaymentEvent[];
  /** How long ago, at the sandbox's start, the last event was. */
  age: number;
  /** What the last attempt's status became. */
  last?: 'unknown';
  /** A second attempt is open beside the first. */
  second?: boolean;
  /** What the provider answers about every attempt. */
  says?: TrueAnswer;
}

function stuckPayout(ground: Ground, { name, currency, path = [], age, last, second, says }: Stuck): Plant {
  const scene = sceneFor(ground, name, currency);
  const payment = payoutOf(scene, SMALL[currency]!, path, ground.startAt - age);
  const attempt = payment.attempts.at(-1);
  const breaks: Change[] = [];
  if (attempt !== undefined && last !== undefined)
    breaks.push({
      do: 'attempt',
      id: attempt.id,
      status: last,
      errorCode: 'timeout',
      at: attempt.updatedAt + 30_000,
    });
  const twin = attemptOf(scene, payment, {
    what: 'second',
    status: 'submitted',
    at: ground.startAt - age + 2 * MINUTE,
  });
  if (second === true) breaks.push(twin);
  const tried = [...payment.attempts, ...(second === true ? [twin] : [])];
  if (says !== undefined) breaks.push(...tried.map(({ id }) => sayOf(id, says, payment)));
  const mend = givenBack(scene, payment);
  if (second === true)
    mend.push({ do: 'attempt', id: twin.id, status: 'failed', errorCode: 'provider_declined' });
  return {
    name,
    scene,
    breaks,
    expected: [stuckExpected(payment, age > 2 * HOUR, second === true ? undefined : says)],
    mend,
  };
}

function stuckDeposit(ground: Ground, { name, currency, age }: Stuck): Plant {
  const scene = sceneFor(ground, name, currency);
  const at = ground.startAt - age;
  const payment = scene.pay({
    kind: 'deposit',
    amount: SMALL[currency]!,
    createdAt: at - 9_000,
    events: [['send', at]],
  });
  const mend: Change[] = [{ do: 'state', id: payment.id, state: 'failed', final: true }];
  return { name, scene, breaks: [], expected: [stuckExpected(payment, age > 2 * HOUR)], mend };
}

function stuckExpected(payment: Payment, high: boolean, says?: TrueAnswer): Expected {
  const subject = onPayment(payment);
  if (high) return { rule: 'R20', class: 'HIGH', action: 'escalate', subject };
  if (says === 'pending') return { rule: 'R19', class: 'LOW', action: 'recheck', subject };
  const isFinal = says === 'succeeded' || says === 'failed';
  return { rule: 'R19', class: 'MED', action: isFinal ? 'recheck' : 'manual_review', subject };
}
