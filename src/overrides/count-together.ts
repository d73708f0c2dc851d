import type { Queryable } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import type { Stake } from './kind.ts';
import { countsTogether, decideQuorum, sumStakes, tiersOf } from './quorum.ts';
import type { Override, OverrideState, Quorum, Verdict } from './types.ts';

const HOUR_MS = 3_600_000;

/**
 * How many approve, by the policy and the sums of now: what the same account or payee was, or may yet be, given by hand
 * counts too, so that splitting gains nothing.
 */
export async function countQuorum(
  db: Queryable,
  policy: Policy,
  now: Date,
  asked: {
    tenantId: string;
    stake: Stake;
    verdict: Verdict;
    afterRejection: boolean;
    /** Itself, when it is there already. */
    exceptId: string | null;
  },
): Promise<Quorum> {
  const { stake, verdict, afterRejection } = asked;
  if (stake.quorum !== undefined) return stake.quorum;
  const hours = policy.overrides.adds_up_hours;
  const others = (await readOthers(db, now, hours, asked)).filter((one) => countsTogether(one, now, hours));
  return decideQuorum(
    {
      sumReportingMinor: sumStakes(
        stake.reportingMinor,
        others.map(({ amountReportingMinor }) => amountReportingMinor),
      ),
      others: others.length,
      isHigh: stake.isHigh,
      verdict,
      afterRejection,
    },
    tiersOf(policy),
  );
}

/** What was left unknown may have been done, so it counts as done. */
async function readOthers(
  db: Queryable,
  now: Date,
  hours: number,
  { tenantId, stake, exceptId }: { tenantId: string; stake: Stake; exceptId: string | null },
): Promise<Pick<Override, 'state' | 'overAt' | 'amountReportingMinor'>[]> {
  const { rows } = await db.query<{
    state: OverrideState;
    over_at: Date | null;
    amount_reporting_minor: string | null;
  }>(
    `select case when failure ->> 'means' = 'left_unknown' then 'executed' else state end as state, over_at,
            amount_reporting_minor
       from overrides
      where tenant_id = $1 and (account_id = $2 or payee_ref = $3) and id is distinct from $4::uuid
        and (over_at is null or over_at >= $5)`,
    [tenantId, stake.accountId, stake.payeeRef, exceptId, new Date(now.getTime() - hours * HOUR_MS)],
  );
  return rows.map((row) => ({
    state: row.state,
    overAt: row.over_at,
    amountReportingMinor: row.amount_reporting_minor === null ? null : BigInt(row.amount_reporting_minor),
  }));
}
