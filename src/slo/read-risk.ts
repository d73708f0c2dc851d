import type { Pool } from '../database/pool.ts';
import { withSnapshot, type FinanceClient } from '../finance/connect.ts';
import { minorOf, UNITS } from '../finance/sql.ts';
import { payoutKey, type PaymentKey } from '../findings/deps.ts';
import type { Policy } from '../policy.ts';
import {
  bySoonest,
  breaksAt,
  chooseAtRisk,
  limitsOf,
  type AtRisk,
  type Fate,
  type OpenPayout,
  type Paces,
} from './risk-rules.ts';
import type { Slo } from './types.ts';

const HOUR_MS = 3_600_000;
/** The pace of a provider is that of its last week. Domain section 2. */
const PACE_MS = 7 * 24 * HOUR_MS;
/** An outage of a whole day may leave more open: the oldest are read, which break first. */
const MOST_OPEN = 20_000;
/** Our columns hold 38 digits; what is longer, or no number, was never money. */
const WHOLE = /^-?\d{1,26}$/;

/** The states of a payout that may still be paid; the contract's partial index knows them. */
const OPEN = `('requested', 'approved', 'payout_pending', 'payout_submitted', 'processing', 'payout_failed')`;
/** Whoever has it: as the payment says, else its newest attempt. */
const PROVIDER = `coalesce(t.provider, (select a.provider from payout_attempts a
  where a.transaction_id = t.id order by a.created_at desc, a.id desc limit 1))`;

/** One look at the money, for one promise. */
export interface RiskReading {
  /** As of when. */
  at: Date;
  atRisk: AtRisk[];
  /** Open ones whose promise is broken already. */
  late: number;
  /** How those stand that were asked about, by payoutKey. */
  fates: ReadonlyMap<string, Fate>;
  /** Those of them that are open, as they are now, by payoutKey. */
  open: ReadonlyMap<string, OpenPayout>;
}

/** The promises that are about payouts. */
export function payoutPromises(all: readonly Slo[]): { slo: Slo; withinHours: number }[] {
  return all.flatMap((slo) =>
    slo.indicator.source === 'payouts' ? [{ slo, withinHours: slo.indicator.withinHours }] : [],
  );
}

/**
 * Reads in one snapshot what is at risk now, and how those in `named` stand. Throws finance_unavailable and
 * finance_contract. 20,000 payments with 66 open ones: 30 ms on two busy cores.
 */
export async function readAtRisk(
  finance: Pool,
  { slo: { risk } }: Pick<Policy, 'slo'>,
  now: Date,
  { withinHours, named }: { withinHours: number; named: readonly PaymentKey[] },
): Promise<RiskReading> {
  const promised = new Date(now.getTime() - withinHours * HOUR_MS);
  const reading = await withSnapshot(finance, async (client) => {
    const open = await readOpen(client, promised, now);
    return {
      open,
      late: await countLate(client, promised),
      paces: open.length === 0 ? NO_PACE : await readPaces(client, new Date(now.getTime() - PACE_MS)),
      fates: named.length === 0 ? new Map<string, Fate>() : await readFates(client, named),
    };
  });
  const { open, late, paces, fates } = reading;
  const asked = new Set(named.map(payoutKey));
  const limits = limitsOf(withinHours, risk.after_hours);
  return {
    at: now,
    atRisk: chooseAtRisk(open, paces, now, limits),
    late,
    fates,
    open: new Map(
      open.flatMap((payout) => {
        const key = payoutKey(payout);
        return asked.has(key) ? [[key, payout] as const] : [];
      }),
    ),
  };
}

/** What is at risk now, and with it what was named before and is open still: pace alone takes nothing off the list. */
export function stillAtRisk(
  { atRisk, open }: RiskReading,
  named: readonly (PaymentKey & Pick<AtRisk, 'why'>)[],
  withinHours: number,
): AtRisk[] {
  const known = new Set(atRisk.map(payoutKey));
  const kept = named.flatMap((each): AtRisk[] => {
    const key = payoutKey(each);
    const now = open.get(key);
    if (now === undefined || known.has(key)) return [];
    return [{ ...now, why: each.why, breaksAt: breaksAt(now, withinHours) }];
  });
  return [...atRisk, ...kept].toSorted(bySoonest);
}

interface OpenRow {
  id: string;
  tenant_id: string;
  account_id: string;
  state: string;
  provider: string | null;
  requested_at: Date;
  amount_minor: string;
  currency: string;
}

async function readOpen(client: FinanceClient, promised: Date, now: Date): Promise<OpenPayout[]> {
  const { rows } = await client.query<OpenRow>(
    `with ${UNITS}
     select t.id, t.tenant_id, t.account_id, t.state, ${PROVIDER} as provider, t.requested_at, t.currency,
            ${minorOf('t.amount')} as amount_minor
       from transactions t left join units u using (currency)
      where t.kind = 'withdrawal' and t.state in ${OPEN} and t.requested_at > $1 and t.requested_at <= $2
      order by t.requested_at, t.id
      limit ${MOST_OPEN}`,
    [promised, now],
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    transactionId: row.id,
    accountId: row.account_id,
    provider: row.provider === '' ? null : row.provider,
    paymentState: row.state,
    requestedAt: row.requested_at,
    amountMinor: WHOLE.test(row.amount_minor) ? BigInt(row.amount_minor) : null,
    currency: row.currency,
  }));
}

async function countLate(client: FinanceClient, promised: Date): Promise<number> {
  const { rows } = await client.query<{ late: number }>(
    `select count(*)::int as late from transactions t
      where t.kind = 'withdrawal' and t.state in ${OPEN} and t.requested_at <= $1`,
    [promised],
  );
  return rows[0]?.late ?? 0;
}

const NO_PACE: Paces = { byProvider: new Map(), all: [] };

/** What is paid is not updated before it is paid, so that the contract's index on updated_at finds a week. */
async function readPaces(client: FinanceClient, since: Date): Promise<Paces> {
  const { rows } = await client.query<{ provider: string | null; seconds: number[] }>(
    `select provider, array_agg(seconds order by seconds) as seconds
       from (select ${PROVIDER} as provider, extract(epoch from t.final_at - t.requested_at)::float8 as seconds
               from transactions t
              where t.kind = 'withdrawal' and t.state = 'paid' and t.updated_at >= $1 and t.final_at >= $1
                and t.final_at >= t.requested_at and isfinite(t.final_at) and isfinite(t.requested_at)) paid
      group by provider`,
    [since],
  );
  const durations = rows.map(
    ({ provider, seconds }) => [provider, seconds.map((each) => each * 1_000)] as const,
  );
  return {
    byProvider: new Map(
      durations.flatMap(([provider, each]) => (provider === null ? [] : [[provider, each] as const])),
    ),
    all: durations.flatMap(([, each]) => each).toSorted((one, other) => one - other),
  };
}

async function readFates(client: FinanceClient, named: readonly PaymentKey[]): Promise<Map<string, Fate>> {
  const { rows } = await client.query<PaymentKey & Fate>(
    `select k.tenant_id as "tenantId", k.id as "transactionId", t.state, t.final_at as "finalAt"
       from unnest($1::text[], $2::text[]) as k (tenant_id, id)
       left join transactions t on t.id = k.id and t.tenant_id = k.tenant_id and t.kind = 'withdrawal'`,
    [named.map(({ tenantId }) => tenantId), named.map(({ transactionId }) => transactionId)],
  );
  return new Map(
    rows.map(({ state, finalAt, ...key }) => [
      payoutKey(key),
      { state, finalAt: finalAt instanceof Date && Number.isFinite(finalAt.getTime()) ? finalAt : null },
    ]),
  );
}
