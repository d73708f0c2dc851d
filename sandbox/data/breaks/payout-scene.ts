import type { Payment, PaymentEvent } from '../../platform/state-machine.ts';
import type { Change } from '../changes.ts';
import type { TrueAnswer } from '../provider-truth.ts';
import type { Scene } from '../scene.ts';
import { DAY, fund } from './plant.ts';

/** What planted payouts are made of. */

export const SUBMITTED = ['approve', 'queue', 'submit'] as const;
export const PROCESSING = [...SUBMITTED, 'process'] as const;

/** A few units of each currency, in minor units; all far below a class's limit. */
export const SMALL: Record<string, bigint> = {
  TRY: 45_050n,
  EUR: 1_720n,
  USD: 1_995n,
  KWD: 4_125n,
  JPY: 2_300n,
};

/** The provider answers so from when the payment was made. */
export function sayOf(attemptId: string, answer: TrueAnswer, payment: Payment): Change {
  return { do: 'provider_answer', attemptId, answer, at: payment.createdAt };
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
