import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { transactionScope } from '../scope.ts';
import { burnsOf, minorOf, UNITS } from '../../finance/sql.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';

interface Row extends PaymentRow {
  burns: number;
  burned_minor: string;
  burned_at: Date;
}

/** R02: more than one burn for a withdrawal, net of reversals. At risk is what was burned beyond the amount. */
export const burnedTwice: Rule = {
  ids: ['R02'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const scope = transactionScope(context);
    const { rows } = await context.client.query<Row>(
      `with ${scope.cte} ${UNITS}
       select ${PAYMENT}, b.burns::int as burns, ${minorOf('b.burned')} as burned_minor, b.burned_at
         from (${burnsOf(scope.covers('l.transaction_id'))}) b
         join transactions t on t.id = b.transaction_id and t.kind = 'withdrawal'
         left join units u using (currency)
        where b.burns > 1`,
      scope.values,
    );
    return rows.map((row) => observeR02(row, context));
  },
};

function observeR02(row: Row, facts: Facts): Observation {
  const burned = BigInt(row.burned_minor);
  const amount = BigInt(row.amount_minor);
  return observe(
    {
      rule: 'R02',
      ...paymentSubject(row),
      amountMinor: burned > amount ? burned - amount : amount,
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R02', {
        burns: row.burns,
        burned: moneyArgument(burned, row.currency),
        amount: moneyArgument(amount, row.currency),
      }),
      causeKey: accountCause({ tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency }),
      occurredAt: row.burned_at,
    },
    facts,
  );
}
