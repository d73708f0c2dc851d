import type { Payment } from '../platform/state-machine.ts';
import { makeRandom } from './random.ts';
import type { WebhookRow } from './rows.ts';

const KINDS: Partial<Record<Payment['state'], string>> = {
  completed: 'payment.completed',
  failed: 'payment.failed',
  reversed: 'payment.reversed',
  paid: 'payout.paid',
  payout_failed: 'payout.failed',
};

/** The webhooks by which the platform learnt of a provider's answer: a few come twice, a few fail the first time. */
export function webhooksOf(seed: string, payment: Payment): WebhookRow[] {
  const kind = KINDS[payment.state];
  if (kind === undefined || payment.provider === null) return [];
  const serial = `${payment.id.slice(3)}_${payment.state}_${payment.attempts.length}`;
  const random = makeRandom(`${seed}/webhook/${serial}`);
  const accepted: WebhookRow = {
    id: `we_${serial}`,
    provider: payment.provider,
    providerEventId: `ev-${random.serial}`,
    kind,
    transactionId: payment.id,
    outcome: 'accepted',
    at: payment.stateSince,
    durationMs: Math.floor(random.between(8, 90)),
  };
  const fate = random.next();
  if (fate < 0.02)
    return [accepted, { ...accepted, id: `${accepted.id}_d`, outcome: 'duplicate', durationMs: 3 }];
  if (fate > 0.998) return [{ ...accepted, id: `${accepted.id}_f`, outcome: 'failed' }, accepted];
  return [accepted];
}
