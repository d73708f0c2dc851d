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
  held_minor: string;
  open_minor: string;
  changed_at: Date;
}

/** States in which a withdrawal's amount is held: asked for and not yet paid, rejected or canceled. */
const HOLDING = `('requested', 'approved', 'payout_pending', 'payout_submitted', 'processing', 'payout_failed')`;

/**
 * R06 on one page of accounts: held differs from the sum of open withdrawals, or is negative, by a minor unit or more. A
 * currency without a known exponent has no such unit: there every difference counts.
 */
export async function observeHeld(context: RuleContext, keys: readonly AccountKey[]): Promise<Observation[]> {
  const { rows } = await context.client.query<Row>(
    `with ${UNITS},
     keys as (select * from unnest($1::text[], $2::text[], $3::text[]) as k (tenant_id, account_id, currency)),
     holds as (
       select t.tenant_id, t.account_id, t.currency, sum(t.amount) as open, max(t.state_since) as last_at
         from keys k join transactions t using (tenant_id, account_id, currency)
        where t.kind = 'withdrawal' and t.state in ${HOLDING}
        group by t.tenant_id, t.account_id, t.currency)
     select k.tenant_id, k.account_id, k.currency, coalesce(w.updated_at, h.last_at) as changed_at,
            ${minorOf('coalesce(w.held, 0)')} as held_minor, ${minorOf('coalesce(h.open, 0)')} as open_minor
       from keys k
       left join wallets w using (tenant_id, account_id, currency)
       left join holds h using (tenant_id, account_id, currency)
       left join units u using (currency)
      where case when u.factor is null then coalesce(w.held, 0) <> coalesce(h.open, 0) or w.held < 0
                 else abs(coalesce(w.held, 0) - coalesce(h.open, 0)) * u.factor >= 1 or w.held * u.factor <= -1 end`,
    keyColumns(keys),
  );
  return rows.map((row) => observeR06(row, context));
}

function observeR06(row: Row, facts: Facts): Observation {
  const held = BigInt(row.held_minor);
  const open = BigInt(row.open_minor);
  const evidence = {
    account: { account: row.account_id },
    held: moneyArgument(held, row.currency),
    open: moneyArgument(open, row.currency),
  };
  const account = { tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency };
  return observe(
    {
      rule: 'R06',
      tenantId: row.tenant_id,
      subject: { kind: 'account', id: row.account_id },
      accountId: row.account_id,
      currency: row.currency,
      amountMinor: held === open ? held : held - open,
      base: 'HIGH',
      action: 'escalate',
      evidence: held < 0n ? makeEvidence('R06.negative', evidence) : makeEvidence('R06', evidence),
      causeKey: accountCause(account),
      occurredAt: row.changed_at,
    },
    facts,
  );
}
