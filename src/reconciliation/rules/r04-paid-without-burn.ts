import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { burnsOf, transactionScope, UNITS } from '../sql.ts';
import { PAYMENT, paymentSubject, type PaymentRow } from './rows.ts';

interface Row extends PaymentRow {
  state_since: Date;
}

/** R04: a withdrawal is paid and nothing was burned, or what was burned was given back. One of nothing needs no burn. */
export const paidWithoutBurn: Rule = {
  ids: ['R04'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const scope = transactionScope(context);
    const { rows } = await context.client.query<Row>(
      `with ${scope.cte} ${UNITS}
       select ${PAYMENT}, t.state_since
         from transactions t
         left join (${burnsOf(scope.covers('l.transaction_id'))}) b on b.transaction_id = t.id
         left join units u using (currency)
        where t.kind = 'withdrawal' and t.state = 'paid' and t.amount <> 0 and ${scope.covers('t.id')}
          and coalesce(b.burns, 0) < 1`,
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
