import type { Queryable, Tx } from '../database/pool.ts';
import { findingKey } from '../findings/key.ts';
import type { Observation } from '../findings/types.ts';
import type { RunId } from '../ids.ts';
import type { AccountKey } from './context.ts';

/** Keeps R01's first look for the second. */
export async function insertDrifts(tx: Tx, runId: RunId, drifts: readonly Observation[]): Promise<void> {
  if (drifts.length === 0) return;
  const bucket = (drift: Observation, name: string): string => {
    const value = drift.evidence.args[name];
    return typeof value === 'object' && 'money' in value ? value.money.minor : '0';
  };
  await tx.query(
    `insert into unconfirmed_drifts (run_id, key, tenant_id, account_id, currency, drift_available_minor, drift_held_minor)
     select $1, r.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[]) as r
     on conflict do nothing`,
    [
      runId,
      drifts.map(findingKey),
      drifts.map((drift) => drift.tenantId),
      drifts.map((drift) => drift.accountId),
      drifts.map((drift) => drift.currency),
      drifts.map((drift) => bucket(drift, 'available')),
      drifts.map((drift) => bucket(drift, 'held')),
    ],
  );
}

/** The wallets that wait for their second look. */
export async function readDriftedAccounts(db: Queryable, runId: RunId): Promise<AccountKey[]> {
  const { rows } = await db.query<{ tenant_id: string; account_id: string; currency: string }>(
    `select tenant_id, account_id, currency from unconfirmed_drifts where run_id = $1 order by key`,
    [runId],
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    accountId: row.account_id,
    currency: row.currency,
  }));
}
