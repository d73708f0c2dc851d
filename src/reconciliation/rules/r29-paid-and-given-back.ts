import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { observe, paymentCause } from '../observe.ts';
import { transactionScope } from '../scope.ts';
import { UNITS } from '../../finance/sql.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';

interface Row extends PaymentRow {
  succeeded_at: Date;
}

/** R29: an attempt succeeded, and the withdrawal was rejected or canceled: paid and given back. */
export const paidAndGivenBack: Rule = {
  ids: ['R29'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const scope = transactionScope(context);
    const { rows } = await context.client.query<Row>(
      `with ${scope.cte} ${UNITS}
       select ${PAYMENT}, greatest(a.succeeded_at, t.state_since) as succeeded_at
         from (select transaction_id, max(updated_at) as succeeded_at
                 from payout_attempts
                where status = 'succeeded' and ${scope.covers('transaction_id')}
                group by transaction_id) a
         join transactions t on t.id = a.transaction_id
         left join units u using (currency)
        where t.kind = 'withdrawal' and t.state in ('rejected', 'canceled')`,
      scope.values,
    );
    return rows.map((row) => observeR29(row, context));
  },
};

function observeR29(row: Row, facts: Facts): Observation {
  const amount = BigInt(row.amount_minor);
  return observe(
    {
      rule: 'R29',
      ...paymentSubject(row),
      amountMinor: amount,
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R29', { state: row.state, amount: moneyArgument(amount, row.currency) }),
      causeKey: paymentCause(row.tenant_id, row.id),
      occurredAt: row.succeeded_at,
    },
    facts,
  );
}
