import type { CardId, FindingId, PayoutId } from '../ids.ts';
import type { EscalationLine, OverrideLine } from '../findings/deps.ts';
import type { RiskClass, SuggestedAction } from '../findings/types.ts';
import type { RetryReason } from '../operations/retry-safe.ts';
import type { Proof, Standing } from '../operations/types.ts';
import type { ProviderAnswer } from '../platform/types.ts';

/** The kinds of card that show payouts. */
export const PAYOUT_CARD = 'payout';
export const PAYOUT_GROUP_CARD = 'payout_group';
export const PAYOUT_CHANNEL = 'ops-alerts';

/** How an episode ended: paid out, given back to the account, under way again, or the payment is gone. */
export type OverHow = 'paid' | 'given_back' | 'moved' | 'gone';

/** One attempt as an episode keeps it, with what its provider said last. */
export interface AttemptLine {
  attemptId: string;
  status: string;
  provider: string;
  reference: string | null;
  errorCode: string | null;
  /** ISO 8601. */
  createdAt: string;
  /** Null: not asked yet. */
  answer: ProviderAnswer | null;
  askedAt: string | null;
}

/** One row of payouts: an episode of a payout that is stuck or has failed. */
export interface Payout {
  id: PayoutId;
  tenantId: string;
  transactionId: string;
  state: 'open' | 'over';
  openedAt: Date;
  overAt: Date | null;
  overHow: OverHow | null;
  /** When the platform says that it became what it is now. */
  movedAt: Date | null;
  groupId: string | null;
  lookedAt: Date;
  accountId: string;
  provider: string;
  currency: string;
  amountMinor: bigint;
  amountReportingMinor: bigint | null;
  paymentState: string;
  since: Date;
  requestedAt: Date;
  rule: string;
  class: RiskClass;
  action: SuggestedAction;
  errorCode: string;
  attempts: AttemptLine[];
  burns: number;
  offersRetry: boolean;
  reasons: RetryReason[];
  offerUntil: Date | null;
  cooldownUntil: Date | null;
}

/** Everything that the message about one payout shows. */
export interface PayoutModel {
  payout: Payout;
  tenantName: string;
  reportingCurrency: string;
  timeZone: string;
  maxAttempts: number;
  /** May attempts be asked about at all? */
  canRecheck: boolean;
  standing: Standing;
  /** What the newest retry was sent on; null where none was sent. */
  proof: Proof | null;
  /** Its finding, and where the escalation of it stands. */
  finding: { id: FindingId; escalation: EscalationLine | null } | null;
  /** Something may be asked to be done by hand, as far as the last look knows, and nobody has yet. */
  offersOverride: boolean;
  /** The newest request to do it by hand. */
  override: OverrideLine | null;
}

/** The message that stands for many payouts of one cause. */
export interface PayoutGroupModel {
  group: {
    id: string;
    rule: string;
    provider: string;
    errorCode: string;
    state: 'open' | 'over';
    openedAt: Date;
    overAt: Date | null;
  };
  timeZone: string;
  reportingCurrency: string;
  open: number;
  total: number;
  paid: number;
  retrySafe: number;
  high: number;
  underWay: number;
  oldestSince: Date | null;
  perCurrency: { currency: string; amountMinor: bigint; count: number }[];
  /** Of the open ones, as far as rates are known. */
  reportingMinor: bigint;
  withoutRate: number;
}

/** What /payouts shows of one. */
export type ListedPayout = Pick<
  Payout,
  | 'id'
  | 'tenantId'
  | 'transactionId'
  | 'accountId'
  | 'provider'
  | 'currency'
  | 'amountMinor'
  | 'amountReportingMinor'
  | 'paymentState'
  | 'since'
  | 'rule'
  | 'class'
  | 'offersRetry'
  | 'reasons'
  | 'state'
> & { underWay: boolean };

export interface PayoutFilter {
  provider: string | null;
  state: string | null;
  /** At least so old, in minutes. */
  ageMinutes: number | null;
  /** At least so much, in whole units of the reporting currency. */
  amountFrom: number | null;
  tenant: string | null;
  group: string | null;
}

export const NO_FILTER: PayoutFilter = {
  provider: null,
  state: null,
  ageMinutes: null,
  amountFrom: null,
  tenant: null,
  group: null,
};

export interface PayoutListModel {
  payouts: ListedPayout[];
  filter: PayoutFilter;
  page: number;
  pages: number;
  count: number;
  /** Open ones, whatever the filter. */
  all: number;
  perCurrency: { currency: string; amountMinor: bigint; count: number }[];
  choices: { providers: string[]; states: string[]; tenants: { id: string; name: string }[] };
  reportingCurrency: string;
  timeZone: string;
  now: Date;
}

/** Details of one payout, for the person who asked: the message's facts, and all that was ever done about it. */
export interface PayoutDetail extends PayoutModel {
  history: Standing['last'][];
  card: { id: CardId; channelId: string; ts: string } | null;
}
