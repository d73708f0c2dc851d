import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { transactionScope } from '../scope.ts';
import { burnsOf, UNITS } from '../../finance/sql.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';

interface Row extends PaymentRow {
  state_since: Date;
}

/**
 * R04: a withdrawal is paid and nothing was burned, or what was burned was given back. One of nothing needs no burn.
 * Both sides are grouped together, not joined, and the scope is found before the state is asked for: on tables that
 * were never analysed the planner took a kind's state for one row and looped over the rest (20,000 transactions: 20 s).
 */
export const paidWithoutBurn: Rule = {
  ids: ['R04'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const scope = transactionScope(context);
    const { rows } = await context.client.query<Row>(
      `with ${scope.cte} ${UNITS},
       unburnt (id) as materialized (
         select id
           from (select t.id, 0 as burns, true as paid
                   from (select * from transactions where ${scope.covers('id')} offset 0) t
                  where t.kind = 'withdrawal' and t.state = 'paid' and t.amount <> 0
                 union all
                 select b.transaction_id, b.burns, false
                   from (${burnsOf(scope.covers('l.transaction_id'))}) b) sides
          group by id
         having bool_or(paid) and sum(burns) < 1)
       select ${PAYMENT}, t.state_since
         from unburnt
         join transactions t using (id)
         left join units u using (currency)`,
      scope.values,
    );
    return rows.map((row) => observeR04(row, context));
  },
};

function observeR04(row: Row, facts: Facts): Observation {
  const amount = BigInt(row.amount_minor);
  return observe(
    {
      rule: 'R04',
      ...paymentSubject(row),
      amountMinor: amount,
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R04', {
        amount: moneyArgument(amount, row.currency),
        since: { at: row.state_since.toISOString() },
      }),
      causeKey: accountCause({ tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency }),
      occurredAt: row.state_since,
    },
    facts,
  );
}
