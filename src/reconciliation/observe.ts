import type { AccountId, Subject, TenantId } from '../ids.ts';
import { causeKey } from '../findings/key.ts';
import type { Evidence, FindingFamily, Observation, RiskClass, SuggestedAction } from '../findings/types.ts';
import { decideClass, type AmountMark } from './classify.ts';
import type { Facts } from './context.ts';
import { toReporting } from '../finance/rates.ts';

export interface Seen {
  rule: string;
  family?: FindingFamily;
  tenantId: string;
  subject: Subject;
  accountId?: string | null;
  provider?: string | null;
  currency?: string | null;
  /** Minor units; negative ones are taken by their size. */
  amountMinor?: bigint | null;
  base: RiskClass;
  mark?: AmountMark;
  /** False where a rule does not get worse with age. */
  ages?: boolean;
  /** Given the class, since a rule may suggest more when amount or age lifted it. */
  action: SuggestedAction | ((risk: RiskClass) => SuggestedAction);
  evidence: Evidence;
  causeKey: string;
  occurredAt: Date;
}

/** Makes the observation of one row: amount at risk in the reporting currency, class, action. */
export function observe(seen: Seen, facts: Facts): Observation {
  const currency = seen.currency ?? null;
  const amountMinor =
    seen.amountMinor === undefined || seen.amountMinor === null ? null : sizeOf(seen.amountMinor);
  const amountReportingMinor =
    amountMinor === null || currency === null ? null : toReporting(amountMinor, currency, facts.rates);
  const risk = decideClass(
    {
      base: seen.base,
      mark: seen.mark ?? 'none',
      amount: amountMinor === null ? null : { reportingMinor: amountReportingMinor },
      occurredAt: seen.ages === false ? null : seen.occurredAt,
    },
    facts.policy,
    facts.observedAt,
  );
  return {
    rule: seen.rule,
    family: seen.family ?? null,
    tenantId: seen.tenantId as TenantId,
    subject: seen.subject,
    accountId: (seen.accountId ?? null) as AccountId | null,
    provider: seen.provider ?? null,
    currency,
    amountMinor,
    amountReportingMinor,
    class: risk,
    action: typeof seen.action === 'function' ? seen.action(risk) : seen.action,
    evidence: seen.evidence,
    causeKey: seen.causeKey,
    occurredAt: seen.occurredAt,
  };
}

/** One cause for all that is wrong with one account's wallet and holds. */
export function accountCause(account: { tenantId: string; accountId: string; currency: string }): string {
  return causeKey('account', account.tenantId, account.accountId, account.currency);
}

/** One cause for all that is wrong with one payment's attempts. */
export function paymentCause(tenantId: string, transactionId: string): string {
  return causeKey('payment', tenantId, transactionId);
}

function sizeOf(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
