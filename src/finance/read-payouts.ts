import type { FinanceClient } from './connect.ts';
import type { ContractViewName } from './contract.ts';
import { PAYMENT } from './payment-row.ts';
import type { PayoutRow } from './payout-row.ts';
import { burnsOf, UNITS } from './sql.ts';

interface Reading {
  client: FinanceClient;
  /** The contract's views that are there. */
  views: ReadonlySet<ContractViewName>;
}

/**
 * Every withdrawal that may be stuck since before `before` or has failed, whatever the window: what stands still is not
 * updated, so a window would never see it. An open attempt counts whatever the withdrawal's state: it may still pay.
 */
export async function readCandidatePayouts(reading: Reading, before: Date): Promise<PayoutRow[]> {
  return await readPayouts(
    reading,
    `select id from transactions
      where kind = 'withdrawal' and (state = 'payout_failed'
        or state in ('payout_pending', 'payout_submitted', 'processing') and state_since < $1)
     union
     select transaction_id from payout_attempts
      where status in ('pending', 'submitted', 'unknown') and created_at < $1`,
    [before],
  );
}

/** These withdrawals, whatever state they are in; one that is not there is left out. */
export async function readPayoutsById(reading: Reading, ids: readonly string[]): Promise<PayoutRow[]> {
  return await readPayouts(reading, 'select unnest($1::text[])', [ids]);
}

async function readPayouts(
  { client, views }: Reading,
  candidates: string,
  values: unknown[],
): Promise<PayoutRow[]> {
  const { rows } = await client.query<PayoutRow>(
    `with ${UNITS},
     candidates (id) as materialized (${candidates}),
     tries as (
       select transaction_id, (array_agg(provider order by created_at desc, id desc))[1] as provider,
              jsonb_agg(jsonb_build_object('id', id, 'status', status, 'provider', provider, 'provider_ref', provider_ref,
                                           'error_code', error_code, 'created_at', created_at)
                        order by created_at, id) as attempts
         from payout_attempts
        where transaction_id in (select id from candidates)
        group by transaction_id),
     burnt as (${burnsOf('l.transaction_id in (select id from candidates)')}),
     unmapped as (
       select distinct l.transaction_id from ledger_entries l
        where l.transaction_id in (select id from candidates)
          and (l.delta_available is null or l.delta_held is null))
     select ${PAYMENT}, t.state_since, t.requested_at, t.final_at,
            coalesce(a.attempts, '[]') as attempts, coalesce(b.burns, 0)::int as burns,
            m.transaction_id is not null as ledger_unknown,
            ${views.has('accounts') ? ACCOUNT_STATUS : 'null'} as account_status,
            ${views.has('providers') ? PROVIDER_STATUS : 'null'} as provider_status
       from candidates c
       join transactions t on t.id = c.id and t.kind = 'withdrawal'
       left join tries a on a.transaction_id = t.id
       left join burnt b on b.transaction_id = t.id
       left join unmapped m on m.transaction_id = t.id
       left join units u using (currency)`,
    values,
  );
  return rows;
}

/** A view may have several rows, one a currency: then the one that is not active counts. */
const ACCOUNT_STATUS = `(select s.status from accounts s
  where s.tenant_id = t.tenant_id and s.account_id = t.account_id
  order by s.status = 'active' nulls first limit 1)`;
const PROVIDER_STATUS = `(select p.status from providers p
  where p.provider = coalesce(t.provider, a.provider)
  order by p.status = 'active' nulls first limit 1)`;
