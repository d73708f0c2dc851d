import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { observe, paymentCause } from '../observe.ts';
import { UNITS } from '../../finance/sql.ts';
import { MINUTE_MS } from '../../finance/payout-row.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';
import { decideStuck } from './r19-r20-stuck.ts';

interface Row extends PaymentRow {
  state_since: Date;
}

/** R19, and with age R20, for deposits that wait for their provider; nobody asks about deposits yet, so "not asked" it is. */
export const stuckDeposits: Rule = {
  ids: ['R19', 'R20'],
  needs: [],
  windowOnly: false,
  async observe(context) {
    const minutes = context.policy.payouts.stuck_deposit_minutes;
    const { rows } = await context.client.query<Row>(
      `with ${UNITS}
       select ${PAYMENT}, t.state_since
         from transactions t
         left join units u using (currency)
        where t.kind = 'deposit' and t.state = 'pending_provider' and t.state_since < $1`,
      [new Date(context.observedAt.getTime() - minutes * MINUTE_MS)],
    );
    return rows.flatMap((row) => observeStuckDeposit(row, context) ?? []);
  },
};

export function observeStuckDeposit(row: Row, facts: Facts): Observation | null {
  const { state_since: since, state, provider } = row;
  const verdict = decideStuck(
    { since, state, provider, openAttempts: 0, answer: null },
    facts.policy.payouts.stuck_deposit_minutes,
    facts,
  );
  if (verdict === null) return null;
  return observe(
    {
      ...verdict,
      ...paymentSubject(row),
      family: 'deposit',
      amountMinor: BigInt(row.amount_minor),
      causeKey: paymentCause(row.tenant_id, row.id),
      occurredAt: since,
    },
    facts,
  );
}
