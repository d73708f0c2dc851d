import { minorOf } from './sql.ts';

/** What every reading of payments selects: `select ${PAYMENT} ... from transactions t left join units u using (currency)`. */
export const PAYMENT = `t.id, t.tenant_id, t.account_id, t.currency, t.provider, t.state,
  ${minorOf('t.amount')} as amount_minor`;

export interface PaymentRow {
  id: string;
  tenant_id: string;
  account_id: string;
  currency: string;
  provider: string | null;
  state: string;
  /** Minor units as a decimal string. */
  amount_minor: string;
}
