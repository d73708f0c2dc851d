import type { PaymentEvent, PaymentKind } from '../platform/state-machine.ts';
import { makeRandom, type Random } from './random.ts';

/** What will happen to a payment and when, in milliseconds after its creation, in order. */
export type Script = readonly (readonly [PaymentEvent, number])[];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** No script reaches further than this from its beginning. */
export const LONGEST_SCRIPT_MS = 8 * HOUR;

/**
 * The fate of a payment, drawn from seed and id alone, so that life can go on after a restart without a plan kept
 * anywhere. Nothing stays in a state long enough to count as stuck, and a failed payout is retried or given back at
 * once: only planted breaks break.
 */
export function scriptOf(seed: string, id: string, kind: PaymentKind): Script {
  const random = makeRandom(`${seed}/script/${id}`);
  switch (kind) {
    case 'deposit':
      return depositScript(random);
    case 'withdrawal':
      return withdrawalScript(random);
    case 'refund':
    case 'chargeback':
    case 'bonus':
    case 'adjustment':
      return [['complete', Math.floor(random.between(SECOND, 30 * SECOND))]];
  }
}

function depositScript(random: Random): Script {
  const sent = Math.floor(random.between(SECOND, 20 * SECOND));
  const settled = sent + Math.floor(random.between(20 * SECOND, 15 * MINUTE));
  const fate = random.next();
  if (fate < 0.03)
    return [
      ['send', sent],
      ['fail', settled],
    ];
  if (fate > 0.005 + 0.03)
    return [
      ['send', sent],
      ['complete', settled],
    ];
  const reversed = settled + Math.floor(random.between(HOUR, 6 * HOUR));
  return [
    ['send', sent],
    ['complete', settled],
    ['reverse', reversed],
  ];
}

function withdrawalScript(random: Random): Script {
  const decided = Math.floor(random.between(MINUTE, 40 * MINUTE));
  const fate = random.next();
  if (fate < 0.025) return [['reject', decided]];
  if (fate < 0.04) return [['cancel', decided]];
  const queued = decided + Math.floor(random.between(5 * SECOND, 90 * SECOND));
  const submitted = queued + Math.floor(random.between(2 * SECOND, 20 * SECOND));
  const processing = submitted + Math.floor(random.between(30 * SECOND, 4 * MINUTE));
  const settled = processing + Math.floor(random.between(MINUTE, 15 * MINUTE));
  const start: Script = [
    ['approve', decided],
    ['queue', queued],
    ['submit', submitted],
    ['process', processing],
  ];
  if (fate < 0.06) return [...start, ['fail_payout', settled], ['reject', settled]];
  if (fate > 0.09) return [...start, ['pay', settled]];
  const again = settled + Math.floor(random.between(30 * SECOND, 4 * MINUTE));
  const paid = again + Math.floor(random.between(MINUTE, 15 * MINUTE));
  const failover: Script = [
    ['fail_payout', settled],
    ['retry', settled],
    ['submit', settled],
  ];
  return [...start, ...failover, ['process', again], ['pay', paid]];
}
