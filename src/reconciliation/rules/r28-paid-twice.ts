import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import { causeKey } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule, RuleContext } from '../context.ts';
import { observe, paymentCause } from '../observe.ts';
import { transactionScope } from '../scope.ts';
import { UNITS } from '../../finance/sql.ts';
import { PAYMENT, type PaymentRow } from '../../finance/payment-row.ts';
import { paymentSubject } from './rows.ts';

interface TwiceRow extends PaymentRow {
  succeeded: number;
  second_at: Date;
}

interface SharedRow extends PaymentRow {
  attempt_provider: string;
  provider_ref: string;
  payments: number;
  attempted_at: Date;
}

/**
 * R28: two succeeded attempts for one withdrawal, or one (provider, provider_ref) on attempts of two payments. Of a
 * shared reference every payment after the first has the finding: the first was there by right.
 */
export const paidTwice: Rule = {
  ids: ['R28'],
  needs: [],
  windowOnly: true,
  async observe(context) {
    const twice = await readSucceededTwice(context);
    const shared = await readSharedReferences(context);
    return [
      ...twice.map((row) => observeSucceededTwice(row, context)),
      ...shared.map((row) => observeSharedReference(row, context)),
    ];
  },
};

async function readSucceededTwice(context: RuleContext): Promise<TwiceRow[]> {
  const scope = transactionScope(context);
  const { rows } = await context.client.query<TwiceRow>(
    `with ${scope.cte} ${UNITS}
     select ${PAYMENT}, a.succeeded, a.second_at
       from (select transaction_id, count(*)::int as succeeded, max(updated_at) as second_at
               from payout_attempts
              where status = 'succeeded' and ${scope.covers('transaction_id')}
              group by transaction_id having count(*) > 1) a
       join transactions t on t.id = a.transaction_id
       left join units u using (currency)`,
    scope.values,
  );
  return rows;
}

/** The reference is looked up over all attempts, in scope is only one of its payments. An empty one refers to nothing. */
async function readSharedReferences(context: RuleContext): Promise<SharedRow[]> {
  const scope = transactionScope(context);
  const { rows } = await context.client.query<SharedRow>(
    `with ${scope.cte} ${UNITS},
     shared as (
       select provider, provider_ref, count(distinct transaction_id)::int as payments
         from payout_attempts
        where provider_ref <> ''
          and (provider, provider_ref) in (
            select provider, provider_ref from payout_attempts
             where provider_ref <> '' and ${scope.covers('transaction_id')})
        group by provider, provider_ref having count(distinct transaction_id) > 1),
     firsts as (
       select a.provider, a.provider_ref, a.transaction_id, s.payments, min(a.created_at) as attempted_at,
              row_number() over (partition by a.provider, a.provider_ref
                                 order by min(a.created_at), a.transaction_id) as place
         from shared s join payout_attempts a using (provider, provider_ref)
        group by a.provider, a.provider_ref, a.transaction_id, s.payments)
     select ${PAYMENT}, f.provider as attempt_provider, f.provider_ref, f.payments, f.attempted_at
       from firsts f
       join transactions t on t.id = f.transaction_id
       left join units u using (currency)
      where f.place > 1`,
    scope.values,
  );
  return rows;
}

function observeSucceededTwice(row: TwiceRow, facts: Facts): Observation {
  const amount = BigInt(row.amount_minor);
  return observe(
    {
      rule: 'R28',
      ...paymentSubject(row),
      amountMinor: amount * BigInt(row.succeeded - 1),
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R28.two_succeeded', {
        attempts: row.succeeded,
        amount: moneyArgument(amount, row.currency),
      }),
      causeKey: paymentCause(row.tenant_id, row.id),
      occurredAt: row.second_at,
    },
    facts,
  );
}

function observeSharedReference(row: SharedRow, facts: Facts): Observation {
  return observe(
    {
      rule: 'R28',
      ...paymentSubject(row),
      amountMinor: BigInt(row.amount_minor),
      base: 'HIGH',
      action: 'escalate',
      evidence: makeEvidence('R28.shared_reference', {
        provider: row.attempt_provider,
        reference: row.provider_ref,
        payments: row.payments,
      }),
      causeKey: causeKey('reference', row.attempt_provider, row.provider_ref),
      occurredAt: row.attempted_at,
    },
    facts,
  );
}
