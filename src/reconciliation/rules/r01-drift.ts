import { makeEvidence, moneyArgument } from '../../findings/evidence.ts';
import type { Observation } from '../../findings/types.ts';
import type { AccountKey, Facts, RuleContext } from '../context.ts';
import { accountCause, observe } from '../observe.ts';
import { keyColumns } from '../account-keys.ts';
import { UNITS } from '../../finance/sql.ts';

type AccountVerdict = 'clean' | 'drifted' | 'unknown' | 'skipped';

/** A wallet that is not clean. Drift is wallet minus (baseline plus ledger), in minor units, cut towards zero. */
export interface WalletRow {
  verdict: AccountVerdict;
  tenant_id: string;
  account_id: string;
  currency: string;
  drift_available_minor: string;
  drift_held_minor: string;
  has_wallet: boolean;
  changed_at: Date;
}

export interface DriftPage {
  clean: number;
  notClean: WalletRow[];
}

/**
 * R01 on one page of accounts: wallet, baseline and ledger of an account in one statement. An entry whose event is
 * unknown makes its account unknown; a wallet without baseline starts from zero only if the policy calls the ledger
 * complete, and is skipped otherwise. An account that has entries and no wallet holds nothing. Grouped by the key's place
 * on the page, a number, since sorting 120,000 entries by three texts went to disk.
 */
export async function readDrifts(context: RuleContext, keys: readonly AccountKey[]): Promise<DriftPage> {
  const baselines = context.views.has('wallet_baselines')
    ? 'wallet_baselines'
    : '(select null::text as tenant_id, null::text as account_id, null::text as currency, 0 as available, 0 as held, null::timestamptz as as_of where false)';
  const { rows } = await context.client.query<WalletRow & { verdict: AccountVerdict; accounts: number }>(
    `with ${UNITS},
     keys as (
       select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as k (tenant_id, account_id, currency, place)),
     based as (
       select k.*, b.as_of, b.available, b.held from keys k left join ${baselines} b using (tenant_id, account_id, currency)),
     ledger as (
       select k.place, sum(l.delta_available) as available, sum(l.delta_held) as held,
              count(*) filter (where l.delta_available is null or l.delta_held is null) as unknown,
              max(l.created_at) as last_at
         from based k join ledger_entries l using (tenant_id, account_id, currency)
        where k.as_of is null or l.created_at > k.as_of
        group by k.place),
     compared as (
       select k.tenant_id, k.account_id, k.currency, u.factor, k.as_of, coalesce(l.unknown, 0) as unknown,
              w.updated_at is not null as has_wallet, coalesce(w.updated_at, l.last_at, k.as_of) as changed_at,
              (coalesce(w.available, 0) - coalesce(k.available, 0) - coalesce(l.available, 0)) * coalesce(u.factor, 1) as available,
              (coalesce(w.held, 0) - coalesce(k.held, 0) - coalesce(l.held, 0)) * coalesce(u.factor, 1) as held
         from based k
         left join wallets w using (tenant_id, account_id, currency)
         left join ledger l using (place)
         left join units u using (currency)),
     judged as materialized (
       select c.*, case
           when c.unknown > 0 or c.factor is null then 'unknown'
           when c.as_of is null and not $4::boolean then 'skipped'
           when abs(c.available) >= 1 or abs(c.held) >= 1 then 'drifted'
           else 'clean' end as verdict
         from compared c)
     select verdict, tenant_id, account_id, currency, has_wallet, changed_at,
            trunc(available)::numeric::text as drift_available_minor, trunc(held)::numeric::text as drift_held_minor, 1 as accounts
       from judged where verdict <> 'clean'
     union all
     select 'clean', '', '', '', true, null, '0', '0', count(*)::int from judged where verdict = 'clean'`,
    [...keyColumns(keys), context.policy.reconciliation.ledger_complete],
  );
  return {
    clean: rows.find((row) => row.verdict === 'clean')?.accounts ?? 0,
    notClean: rows.filter((row) => row.verdict !== 'clean'),
  };
}

/** At risk is the larger bucket's drift: a hold that moved wrongly shows in both. */
export function observeR01(row: WalletRow, facts: Facts): Observation {
  const available = BigInt(row.drift_available_minor);
  const held = BigInt(row.drift_held_minor);
  const size = (value: bigint) => (value < 0n ? -value : value);
  const evidence = {
    account: { account: row.account_id },
    available: moneyArgument(available, row.currency),
    held: moneyArgument(held, row.currency),
  };
  const account = { tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency };
  return observe(
    {
      rule: 'R01',
      tenantId: row.tenant_id,
      subject: { kind: 'account', id: row.account_id },
      accountId: row.account_id,
      currency: row.currency,
      amountMinor: size(available) > size(held) ? available : held,
      base: 'HIGH',
      action: 'escalate',
      evidence: row.has_wallet ? makeEvidence('R01', evidence) : makeEvidence('R01.no_wallet', evidence),
      causeKey: accountCause(account),
      occurredAt: row.changed_at,
    },
    facts,
  );
}
