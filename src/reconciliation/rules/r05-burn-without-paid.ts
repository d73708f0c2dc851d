import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { transactionScope } from '../scope.ts';
import { burnsOf, minorOf, UNITS } from '../../finance/sql.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';

interface Row extends PaymentRow {
  burned_minor: string;
  burned_at: Date;
}

/** R05: money was burned for a withdrawal that is not paid. */
export const burnWithoutPaid: Rule = {
  ids: ['R05'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const scope = transactionScope(context);
    const { rows } = await context.client.query<Row>(
      `with ${scope.cte} ${UNITS}
       select ${PAYMENT}, ${minorOf('b.burned')} as burned_minor, b.burned_at
         from (${burnsOf(scope.covers('l.transaction_id'))}) b
         join transactions t on t.id = b.transaction_id and t.kind = 'withdrawal'
         left join units u using (currency)
        where b.burns > 0 and t.state <> 'paid'`,
      scope.values,
    );
    return rows.map((row) => observeR05(row, context));
  },
};

function observeR05(row: Row, facts: Facts): Observation {
  const burned = BigInt(row.burned_minor);
  return observe(
    {
      rule: 'R05',
      ...paymentSubject(row),
      amountMinor: burned,
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R05', { state: row.state, burned: moneyArgument(burned, row.currency) }),
      causeKey: accountCause({ tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency }),
      occurredAt: row.burned_at,
    },
    facts,
  );
}
