import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import { keyColumns } from '../account-keys.ts';
import type { AccountKey, Facts, RuleContext } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { minorOf, UNITS } from '../../finance/sql.ts';

interface Row {
  tenant_id: string;
  account_id: string;
  currency: string;
  available_minor: string;
  explained_minor: string;
  is_explained: boolean;
  explained_at: Date | null;
  changed_at: Date;
}

/**
 * R07 on one page of accounts: available is negative, by a minor unit or more where there is one. Explained when the account's completed chargebacks and refunds
 * come to at least what is missing; then its age counts from the newest of them.
 */
export async function observeNegative(
  context: RuleContext,
  keys: readonly AccountKey[],
): Promise<Observation[]> {
  const { rows } = await context.client.query<Row>(
    `with ${UNITS},
     keys as (select * from unnest($1::text[], $2::text[], $3::text[]) as k (tenant_id, account_id, currency)),
     negative as materialized (
       select w.tenant_id, w.account_id, w.currency, w.available, w.updated_at
         from keys k join wallets w using (tenant_id, account_id, currency) left join units u using (currency)
        where w.available < 0 and (u.factor is null or w.available * u.factor <= -1))
     select n.tenant_id, n.account_id, n.currency, n.updated_at as changed_at,
            ${minorOf('n.available')} as available_minor, ${minorOf('coalesce(e.amount, 0)')} as explained_minor,
            coalesce(e.amount, 0) >= -n.available as is_explained, e.at as explained_at
       from negative n
       left join lateral (
         select sum(t.amount) as amount, max(t.state_since) as at
           from transactions t
          where t.tenant_id = n.tenant_id and t.account_id = n.account_id and t.currency = n.currency
            and t.kind in ('chargeback', 'refund') and t.state = 'completed') e on true
       left join units u using (currency)`,
    keyColumns(keys),
  );
  return rows.map((row) => observeR07(row, context));
}

function observeR07(row: Row, facts: Facts): Observation {
  const available = BigInt(row.available_minor);
  const explained = BigInt(row.explained_minor);
  const isExplained = row.is_explained;
  const account = { account: row.account_id };
  const missing = moneyArgument(available, row.currency);
  return observe(
    {
      rule: 'R07',
      tenantId: row.tenant_id,
      subject: { kind: 'account', id: row.account_id },
      accountId: row.account_id,
      currency: row.currency,
      amountMinor: available,
      base: isExplained ? 'MED' : 'HIGH',
      action: isExplained ? 'manual_review' : 'escalate',
      evidence: isExplained
        ? makeEvidence('R07.explained', {
            account,
            available: missing,
            explained: moneyArgument(explained, row.currency),
          })
        : makeEvidence('R07.unexplained', { account, available: missing }),
      causeKey: accountCause({
        tenantId: row.tenant_id,
        accountId: row.account_id,
        currency: row.currency,
      }),
      occurredAt: isExplained ? (row.explained_at ?? row.changed_at) : row.changed_at,
    },
    facts,
  );
}
