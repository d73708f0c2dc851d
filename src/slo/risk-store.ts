import type { Queryable, Tx } from '../database/pool.ts';
import type { PaymentKey } from '../findings/deps.ts';
import { newId } from '../ids.ts';
import type { AtRisk, OpenPayout, RiskOutcome } from './risk-rules.ts';

/** One row of slo_risks: a list of payouts from the first that is at risk until none is left. */
export interface Risk {
  id: string;
  slo: string;
  openedAt: Date;
  checkedAt: Date;
  /** Open ones whose promise was broken already, as of `checkedAt`. */
  late: number;
  overAt: Date | null;
}

/** One row of slo_risk_payouts that is open and in time. */
export type NamedPayout = AtRisk & { toldAt: Date | null };

/** How many of a list's payouts came to what end; `open` are left. */
export type RiskCounts = Record<RiskOutcome | 'open', number>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RISK = `r.id, r.slo, r.opened_at as "openedAt", r.checked_at as "checkedAt", r.late, r.over_at as "overAt"`;
const NAMED = `p.tenant_id as "tenantId", p.transaction_id as "transactionId", p.account_id as "accountId", p.provider,
  p.payment_state as "paymentState", p.requested_at as "requestedAt", p.amount_minor::text as "amountMinor",
  p.currency, p.why, p.breaks_at as "breaksAt", p.told_at as "toldAt"`;

type NamedRow = Omit<NamedPayout, 'amountMinor'> & { amountMinor: string | null };

/** Null: there is none of this id. */
export async function readRisk(db: Queryable, id: string): Promise<Risk | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Risk>(`select ${RISK} from slo_risks r where r.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The list of this promise that is not over; null: nothing is at risk. */
export async function readOpenRisk(db: Queryable, slo: string): Promise<Risk | null> {
  const { rows } = await db.query<Risk>(
    `select ${RISK} from slo_risks r where r.slo = $1 and r.over_at is null`,
    [slo],
  );
  return rows[0] ?? null;
}

/** The same, locked; whoever checks at the same moment waits. */
export async function lockOpenRisk(tx: Tx, slo: string): Promise<Risk | null> {
  const { rows } = await tx.query<Risk>(
    `select ${RISK} from slo_risks r where r.slo = $1 and r.over_at is null for update`,
    [slo],
  );
  return rows[0] ?? null;
}

/** Opens the list unless another check has just done so. */
export async function openRiskList(tx: Tx, slo: string, at: Date): Promise<void> {
  await tx.query(
    `insert into slo_risks (id, slo, opened_at, checked_at) values ($1, $2, $3, $3)
     on conflict (slo) where over_at is null do nothing`,
    [newId(), slo, at],
  );
}

/** Those of a list that are open and in time, soonest to break first; `most` of them, all unless told. */
export async function listNamed(
  db: Queryable,
  riskId: string,
  { most = null, toldAt = null }: { most?: number | null; toldAt?: Date | null } = {},
): Promise<NamedPayout[]> {
  const { rows } = await db.query<NamedRow>(
    `select ${NAMED} from slo_risk_payouts p
      where p.risk_id = $1 and (p.outcome is null or $3::timestamptz is not null)
        and ($3::timestamptz is null or p.told_at = $3)
      order by p.breaks_at, p.transaction_id collate "C" limit $2`,
    [riskId, most, toldAt],
  );
  return rows.map((row) => ({
    ...row,
    amountMinor: row.amountMinor === null ? null : BigInt(row.amountMinor),
  }));
}

/** When something of a list was told last; null: nothing yet. */
export async function readLastToldAt(db: Queryable, riskId: string): Promise<Date | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `select max(told_at) as at from slo_risk_payouts where risk_id = $1`,
    [riskId],
  );
  return rows[0]?.at ?? null;
}

/** Those whose end under this promise is known already: a reading that took long may still call them open. */
export async function listEnded(
  db: Queryable,
  slo: string,
  payments: readonly PaymentKey[],
): Promise<PaymentKey[]> {
  if (payments.length === 0) return [];
  const { rows } = await db.query<PaymentKey>(
    `select distinct p.tenant_id as "tenantId", p.transaction_id as "transactionId"
       from unnest($2::text[], $3::text[]) as k (tenant_id, transaction_id)
       join slo_risk_payouts p using (tenant_id, transaction_id)
       join slo_risks r on r.id = p.risk_id and r.slo = $1
      where p.outcome is not null`,
    [slo, ...keysOf(payments)],
  );
  return rows;
}

/** Gives how many are new on the list. */
export async function insertNamed(
  tx: Tx,
  riskId: string,
  named: readonly AtRisk[],
  at: Date,
): Promise<number> {
  if (named.length === 0) return 0;
  const { rowCount } = await tx.query(
    `insert into slo_risk_payouts (risk_id, tenant_id, transaction_id, account_id, payment_state, why, provider,
                                   requested_at, breaks_at, amount_minor, currency, named_at)
     select $1::uuid, k.*, $2::timestamptz from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                                  $9::timestamptz[], $10::timestamptz[], $11::numeric[], $12::text[]) k
     on conflict (risk_id, tenant_id, transaction_id) do nothing`,
    [
      riskId,
      at,
      ...keysOf(named),
      named.map(({ accountId }) => accountId),
      named.map(({ paymentState }) => paymentState),
      named.map(({ why }) => why),
      named.map(({ provider }) => provider),
      named.map(({ requestedAt }) => requestedAt),
      named.map(({ breaksAt }) => breaksAt),
      named.map(({ amountMinor }) => (amountMinor === null ? null : String(amountMinor))),
      named.map(({ currency }) => currency),
    ],
  );
  return rowCount ?? 0;
}

/** They are open still, with whomever they are now. */
export async function updateNamed(tx: Tx, riskId: string, open: readonly OpenPayout[]): Promise<void> {
  if (open.length === 0) return;
  await tx.query(
    `update slo_risk_payouts p set provider = k.provider, payment_state = k.state
       from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as k (tenant_id, transaction_id, provider, state)
      where p.risk_id = $1 and p.tenant_id = k.tenant_id and p.transaction_id = k.transaction_id
        and p.outcome is null and (p.provider, p.payment_state) is distinct from (k.provider, k.state)`,
    [
      riskId,
      ...keysOf(open),
      open.map(({ provider }) => provider),
      open.map(({ paymentState }) => paymentState),
    ],
  );
}

export type Ended = PaymentKey & { outcome: RiskOutcome; endedAt: Date };

/** What became of them; gives how many of each, without those whose end was known. */
export async function endNamed(
  tx: Tx,
  riskId: string,
  ended: readonly Ended[],
): Promise<Record<RiskOutcome, number>> {
  const counts = { paid: 0, late: 0, dropped: 0 };
  if (ended.length === 0) return counts;
  const { rows } = await tx.query<{ outcome: RiskOutcome }>(
    `update slo_risk_payouts p set outcome = k.outcome, ended_at = k.ended_at
       from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[])
              as k (tenant_id, transaction_id, outcome, ended_at)
      where p.risk_id = $1 and p.tenant_id = k.tenant_id and p.transaction_id = k.transaction_id and p.outcome is null
     returning p.outcome`,
    [riskId, ...keysOf(ended), ended.map(({ outcome }) => outcome), ended.map(({ endedAt }) => endedAt)],
  );
  for (const { outcome } of rows) counts[outcome] += 1;
  return counts;
}

/** Those nobody was told of, and that are open, are told now; gives how many. */
export async function markTold(tx: Tx, riskId: string, at: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update slo_risk_payouts set told_at = $2 where risk_id = $1 and told_at is null and outcome is null`,
    [riskId, at],
  );
  return rowCount ?? 0;
}

/** The money was read; `over`: none is left. */
export async function markChecked(
  tx: Tx,
  riskId: string,
  { at, late, over }: { at: Date; late: number; over: boolean },
): Promise<void> {
  await tx.query(
    `update slo_risks set checked_at = $2::timestamptz, late = $3, over_at = case when $4 then $2::timestamptz end where id = $1`,
    [riskId, at, late, over],
  );
}

export async function countNamed(db: Queryable, riskId: string): Promise<RiskCounts> {
  const { rows } = await db.query<RiskCounts>(
    `select count(*) filter (where outcome is null)::int as open,
            count(*) filter (where outcome = 'paid')::int as paid,
            count(*) filter (where outcome = 'late')::int as late,
            count(*) filter (where outcome = 'dropped')::int as dropped
       from slo_risk_payouts where risk_id = $1`,
    [riskId],
  );
  return rows[0]!;
}

function keysOf(payments: readonly PaymentKey[]): [string[], string[]] {
  return [payments.map(({ tenantId }) => tenantId), payments.map(({ transactionId }) => transactionId)];
}
