import { OFFERING_MS } from '../operations/retry-safe.ts';
import type { Standing } from '../operations/types.ts';
import type { Payout } from '../payouts/types.ts';
import type { Platform } from '../platform/types.ts';
import type { OverrideKind } from './kind.ts';
import { isEndable } from './payout-facts.ts';
import type { PayoutFacts } from './types.ts';

/**
 * May anything be asked to be done by hand, by what the last look at a payout saw? Whoever asks is told by what is there
 * then. Pure.
 */
export function offersOverride(
  payout: Payout,
  standing: Standing,
  {
    kind,
    platform,
  }: { kind: Pick<OverrideKind<PayoutFacts>, 'targets'>; platform: Pick<Platform, 'keepsMs'> },
): boolean {
  const facts = factsOf(payout, standing, platform);
  return kind.targets(facts, payout.lookedAt, OFFERING_MS).some(({ holds }) => holds);
}

function factsOf(payout: Payout, { open }: Standing, platform: Pick<Platform, 'keepsMs'>): PayoutFacts {
  const { lookedAt } = payout;
  return {
    kind: 'payout',
    tenantId: payout.tenantId,
    transactionId: payout.transactionId,
    accountId: payout.accountId,
    payeeRef: null,
    provider: payout.provider,
    state: payout.paymentState,
    requestedAt: payout.requestedAt.toISOString(),
    stateSince: payout.since.toISOString(),
    isFinal: payout.state === 'over',
    amountMinor: payout.amountMinor.toString(),
    currency: payout.currency,
    amountReportingMinor: payout.amountReportingMinor?.toString() ?? null,
    attempts: payout.attempts,
    burns: payout.burns,
    ledger: null,
    wallet: null,
    retryReasons: payout.reasons,
    class: payout.class,
    operation:
      open === null
        ? null
        : {
            id: open.id,
            action: open.action,
            state: open.state,
            requestedAt: open.requestedAt.toISOString(),
            endable: isEndable(open, platform, lookedAt),
          },
    readAt: lookedAt.toISOString(),
  };
}
