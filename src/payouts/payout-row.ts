import type { PayoutId } from '../ids.ts';
import type { RiskClass, SuggestedAction } from '../findings/types.ts';
import type { RetryReason } from '../operations/retry-safe.ts';
import type { AttemptLine, OverHow, Payout } from './types.ts';

/** The columns of one episode, for `select ${PAYOUT} from payouts p`. */
export const PAYOUT = `p.id, p.tenant_id, p.transaction_id, p.state, p.opened_at, p.over_at, p.over_how, p.moved_at, p.group_id,
  p.looked_at, p.account_id, p.provider, p.currency, p.amount_minor, p.amount_reporting_minor, p.payment_state, p.since,
  p.requested_at, p.rule, p.class, p.action, p.error_code, p.attempts, p.burns, p.offers_retry, p.reasons, p.offer_until,
  p.cooldown_until`;

export interface PayoutTableRow {
  id: PayoutId;
  tenant_id: string;
  transaction_id: string;
  state: 'open' | 'over';
  opened_at: Date;
  over_at: Date | null;
  over_how: OverHow | null;
  moved_at: Date | null;
  group_id: string | null;
  looked_at: Date;
  account_id: string;
  provider: string;
  currency: string;
  amount_minor: string;
  amount_reporting_minor: string | null;
  payment_state: string;
  since: Date;
  requested_at: Date;
  rule: string;
  class: RiskClass;
  action: SuggestedAction;
  error_code: string;
  attempts: AttemptLine[];
  burns: number;
  offers_retry: boolean;
  reasons: RetryReason[];
  offer_until: Date | null;
  cooldown_until: Date | null;
}

export function toPayout(row: PayoutTableRow): Payout {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    transactionId: row.transaction_id,
    state: row.state,
    openedAt: row.opened_at,
    overAt: row.over_at,
    overHow: row.over_how,
    movedAt: row.moved_at,
    groupId: row.group_id,
    lookedAt: row.looked_at,
    accountId: row.account_id,
    provider: row.provider,
    currency: row.currency,
    amountMinor: BigInt(row.amount_minor),
    amountReportingMinor: row.amount_reporting_minor === null ? null : BigInt(row.amount_reporting_minor),
    paymentState: row.payment_state,
    since: row.since,
    requestedAt: row.requested_at,
    rule: row.rule,
    class: row.class,
    action: row.action,
    errorCode: row.error_code,
    attempts: row.attempts,
    burns: row.burns,
    offersRetry: row.offers_retry,
    reasons: row.reasons,
    offerUntil: row.offer_until,
    cooldownUntil: row.cooldown_until,
  };
}
