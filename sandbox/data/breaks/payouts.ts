import type { RiskClass, SuggestedAction } from '../../../src/findings/types.ts';
import type { Payment, PaymentEvent } from '../../platform/state-machine.ts';
import type { Change } from '../changes.ts';
import { attemptOf, givenBack, type Scene } from '../scene.ts';
import { DAY, fund, HOUR, MINUTE, onPayment, sceneFor, type Ground, type Plant } from './plant.ts';

/** Payments that stand still or have failed (R19 to R23), and deposits that wait for their provider. */
export function payoutPlants(ground: Ground): Plant[] {
  return [...stuckPlants(ground), ...failedPlants(ground)];
}

function stuckPlants(ground: Ground): Plant[] {
  return [
    // The first digest looks between 08:55 and 09:05: these are past 30 minutes by then and well below two hours.
    stuckPayout(ground, { name: 'r19-submitted', currency: 'TRY', path: SUBMITTED, age: 42 * MINUTE }),
    stuckPayout(ground, { name: 'r19-processing', currency: 'EUR', path: PROCESSING, age: 61 * MINUTE }),
    stuckPayout(ground, {
      name: 'r19-pending',
      currency: 'JPY',
      path: ['approve', 'queue'],
      age: 35 * MINUTE,
    }),
    stuckPayout(ground, {
      name: 'r19-unknown',
      currency: 'KWD',
      path: PROCESSING,
      age: 50 * MINUTE,
      last: 'unknown',
    }),
    stuckPayout(ground, {
      name: 'r19-two-open',
      currency: 'USD',
      path: PROCESSING,
      age: 55 * MINUTE,
      second: true,
    }),
    stuckDeposit(ground, { name: 'r19-deposit', currency: 'EUR', age: 68 * MINUTE }),
    stuckPayout(ground, { name: 'r20-processing', currency: 'USD', path: PROCESSING, age: 5 * HOUR }),
    stuckPayout(ground, {
      name: 'r20-unknown',
      currency: 'TRY',
      path: SUBMITTED,
      age: 26 * HOUR,
      last: 'unknown',
    }),
    stuckDeposit(ground, { name: 'r20-deposit', currency: 'KWD', age: 6 * HOUR }),
  ];
}

function failedPlants(ground: Ground): Plant[] {
  return [
    failedPayout(ground, {
      name: 'r21-limit',
      currency: 'TRY',
      failures: 3,
      age: 3 * HOUR,
      expected: 'R21 MED',
    }),
    failedPayout(ground, {
      name: 'r21-limit-large',
      currency: 'USD',
      failures: 3,
      age: 4 * HOUR,
      amount: 125_000n,
      expected: 'R21 HIGH',
    }),
    failedPayout(ground, {
      name: 'r23-failed',
      currency: 'JPY',
      failures: 1,
      age: 50 * MINUTE,
      expected: 'R23 MED',
    }),
    failedPayout(ground, {
      name: 'r23-failed-twice',
      currency: 'KWD',
      failures: 2,
      age: 2 * HOUR,
      expected: 'R23 MED',
    }),
    failedPayout(ground, {
      name: 'r23-failed-large',
      currency: 'EUR',
      failures: 1,
      age: 5 * HOUR,
      amount: 145_000n,
      expected: 'R23 HIGH',
    }),
    failedPayout(ground, {
      name: 'r23-failed-old',
      currency: 'TRY',
      failures: 1,
      age: 30 * HOUR,
      expected: 'R23 OLD',
    }),
  ];
}

const SUBMITTED = ['approve', 'queue', 'submit'] as const;
const PROCESSING = [...SUBMITTED, 'process'] as const;

/** A few units of each currency, in minor units; all far below a class's limit. */
const SMALL: Record<string, bigint> = { TRY: 45_050n, EUR: 1_720n, USD: 1_995n, KWD: 4_125n, JPY: 2_300n };

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
}

function stuckPayout(ground: Ground, { name, currency, path = [], age, last, second }: Stuck): Plant {
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
  const high = age > 2 * HOUR;
  const mend = givenBack(scene, payment);
  if (second === true)
    mend.push({ do: 'attempt', id: twin.id, status: 'failed', errorCode: 'provider_declined' });
  return { name, scene, breaks, expected: [stuckExpected(payment, high)], mend };
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

function stuckExpected(payment: Payment, high: boolean) {
  const subject = onPayment(payment);
  return high
    ? ({ rule: 'R20', class: 'HIGH', action: 'escalate', subject } as const)
    : ({ rule: 'R19', class: 'MED', action: 'manual_review', subject } as const);
}

const FAILURE = {
  'R21 MED': ['R21', 'MED', 'manual_review'],
  'R21 HIGH': ['R21', 'HIGH', 'manual_review'],
  'R23 MED': ['R23', 'MED', 'manual_review'],
  'R23 HIGH': ['R23', 'HIGH', 'manual_review'],
  'R23 OLD': ['R23', 'HIGH', 'escalate'],
} as const satisfies Record<string, readonly [string, RiskClass, SuggestedAction]>;

interface Failed {
  name: string;
  currency: string;
  failures: number;
  age: number;
  amount?: bigint;
  expected: keyof typeof FAILURE;
}

/** Funds stay held, and nobody asked the provider yet, so that no retry is safe. */
function failedPayout(ground: Ground, { name, currency, failures, age, amount, expected }: Failed): Plant {
  const scene = sceneFor(ground, name, currency);
  const again = ['retry', 'submit', 'process', 'fail_payout'] as const;
  const path = [
    ...PROCESSING,
    'fail_payout' as const,
    ...Array.from({ length: failures - 1 }, () => again).flat(),
  ];
  const payment = payoutOf(scene, amount ?? SMALL[currency]!, path, ground.startAt - age);
  const [rule, risk, action] = FAILURE[expected];
  return {
    name,
    scene,
    breaks: [],
    expected: [{ rule, class: risk, action, subject: onPayment(payment) }],
    mend: givenBack(scene, payment),
  };
}

/** A withdrawal whose last event was at `at`, the ones before it 40 seconds apart. */
export function payoutOf(scene: Scene, amount: bigint, path: readonly PaymentEvent[], at: number): Payment {
  fund(scene, amount * 2n, at - 2 * DAY);
  const moment = (index: number): number => at - (path.length - 1 - index) * 40_000;
  return scene.pay({
    kind: 'withdrawal',
    amount,
    createdAt: moment(-1),
    events: path.map((event, index) => [event, moment(index)] as const),
  });
}
