import type { PaymentRow } from '../../finance/payment-row.ts';

/** The part of an observation that every rule on payments shares. */
export function paymentSubject(row: PaymentRow) {
  return {
    tenantId: row.tenant_id,
    subject: { kind: 'transaction' as const, id: row.id },
    accountId: row.account_id,
    provider: row.provider,
    currency: row.currency,
  };
}
