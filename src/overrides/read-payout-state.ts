import { businessDayOf } from '../business-day.ts';
import type { Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { availableViews } from '../finance/available-views.ts';
import { withSnapshot, type FinanceClient } from '../finance/connect.ts';
import type { ContractViewName } from '../finance/contract.ts';
import type { PayoutRow } from '../finance/payout-row.ts';
import type { Rates } from '../finance/rates.ts';
import { readPayoutsById } from '../finance/read-payouts.ts';
import { readRates } from '../finance/read-rates.ts';
import { minorOf, UNITS } from '../finance/sql.ts';
import { isReadable } from '../payouts/read-money.ts';
import type { Policy } from '../policy.ts';
import type { SubjectKey } from './kind.ts';
import type { PayoutFacts } from './types.ts';

/** A payout as the platform's books have it, with the account's money beside it. */
export interface PayoutState {
  row: PayoutRow;
  rates: Rates;
  payeeRef: string | null;
  ledger: PayoutFacts['ledger'];
  wallet: PayoutFacts['wallet'];
}

/** Reads one payout in one snapshot; null when there is none. Throws finance faults, also for a row that says nothing. */
export async function readPayoutState(
  finance: Pool,
  policy: Policy,
  now: Date,
  { tenantId, subjectId }: SubjectKey,
): Promise<PayoutState | null> {
  return await withSnapshot(finance, async (client) => {
    const views = await availableViews(client);
    const found = await readPayoutsById({ client, views }, [subjectId]);
    const row = found.find((one) => isWanted(policy, tenantId, one));
    if (row === undefined) return null;
    if (!isReadable(row))
      throw new AppError('finance_contract', `the payout ${subjectId} has an amount or a time that is none`, {
        retryable: false,
      });
    const rates = await readRates(client, {
      day: businessDayOf(now, policy.business.time_zone),
      reportingCurrency: policy.business.reporting_currency,
      hasView: views.has('fx_rates'),
    });
    return { row, rates, ...(await readMoneyBeside(client, views, policy, row)) };
  });
}

/** Without a tenant it is whichever of the policy has it. */
function isWanted(policy: Policy, tenantId: string, row: PayoutRow): boolean {
  if (tenantId !== '') return row.tenant_id === tenantId;
  return policy.tenants.some(({ id }) => id === row.tenant_id);
}

interface BesideRow {
  payee_ref: string | null;
  wallet_available: string | null;
  wallet_held: string | null;
  ledger_available: string | null;
  ledger_held: string | null;
}

/**
 * Payee, wallet and ledger of the account. The ledger is unknown where an entry's event is, and where a wallet has no
 * baseline while the policy does not call the ledger complete (as R01 has it).
 */
async function readMoneyBeside(
  client: FinanceClient,
  views: ReadonlySet<ContractViewName>,
  policy: Policy,
  row: PayoutRow,
): Promise<Pick<PayoutState, 'payeeRef' | 'ledger' | 'wallet'>> {
  const wallets = views.has('wallets')
    ? 'wallets'
    : '(select null::text as tenant_id, null::text as account_id, null::text as currency, 0 as available, 0 as held where false)';
  const baselines = views.has('wallet_baselines')
    ? 'wallet_baselines'
    : '(select null::text as tenant_id, null::text as account_id, null::text as currency, 0 as available, 0 as held, null::timestamptz as as_of where false)';
  const { rows } = await client.query<BesideRow>(
    `with ${UNITS},
     payment as (select * from transactions where id = $1 and tenant_id = $2 limit 1),
     based as (
       select p.tenant_id, p.account_id, p.currency, p.payee_ref, b.as_of, b.available, b.held
         from payment p left join ${baselines} b using (tenant_id, account_id, currency)),
     booked as (
       select sum(l.delta_available) as available, sum(l.delta_held) as held,
              count(*) filter (where l.delta_available is null or l.delta_held is null) as unknown
         from based k join ledger_entries l using (tenant_id, account_id, currency)
        where k.as_of is null or l.created_at > k.as_of)
     select k.payee_ref, ${minorOf('w.available')} as wallet_available, ${minorOf('w.held')} as wallet_held,
            case when l.unknown = 0 and (k.as_of is not null or $3::boolean)
                 then ${minorOf('coalesce(k.available, 0) + coalesce(l.available, 0)')} end as ledger_available,
            case when l.unknown = 0 and (k.as_of is not null or $3::boolean)
                 then ${minorOf('coalesce(k.held, 0) + coalesce(l.held, 0)')} end as ledger_held
       from based k cross join booked l
       left join ${wallets} w using (tenant_id, account_id, currency)
       left join units u using (currency)`,
    [row.id, row.tenant_id, policy.reconciliation.ledger_complete],
  );
  const beside = rows[0];
  const both = (available: string | null = null, held: string | null = null) =>
    available === null || held === null ? null : { availableMinor: available, heldMinor: held };
  return {
    payeeRef: beside?.payee_ref ?? null,
    ledger: both(beside?.ledger_available, beside?.ledger_held),
    wallet: both(beside?.wallet_available, beside?.wallet_held),
  };
}
