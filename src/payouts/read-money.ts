import type { Pool } from '../database/pool.ts';
import { withSnapshot } from '../finance/connect.ts';
import { MINUTE_MS, type PayoutRow } from '../finance/payout-row.ts';
import type { Rates } from '../finance/rates.ts';
import { readCandidatePayouts, readPayoutsById } from '../finance/read-payouts.ts';
import type { Observation } from '../findings/types.ts';
import { NOTHING_KNOWN } from '../operations/retry-facts.ts';
import type { Policy } from '../policy.ts';
import type { RuleContext } from '../reconciliation/context.ts';
import { NOTHING_OPEN } from '../reconciliation/open-subjects.ts';
import { stuckDeposits } from '../reconciliation/rules/stuck-deposits.ts';
import { makeContext } from '../reconciliation/scan-context.ts';

export interface MoneyReading {
  /** Payouts that may be stuck or have failed, and those that were asked for by id. */
  rows: PayoutRow[];
  /** Deposits that wait for their provider for too long; null where nobody looked, or one could not be read. */
  deposits: Observation[] | null;
  rates: Rates;
}

/** Reads the money in one snapshot: every candidate and those in `ids`, or those in `ids` alone. Throws finance faults. */
export async function readMoney(
  finance: Pool,
  policy: Policy,
  observedAt: Date,
  { ids, candidates }: { ids: readonly string[]; candidates: boolean },
): Promise<MoneyReading> {
  return await withSnapshot(finance, async (client) => {
    const context = await makeContext(client, {
      policy,
      observedAt,
      window: { from: null, to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
    });
    const before = new Date(observedAt.getTime() - policy.payouts.stuck_withdrawal_minutes * MINUTE_MS);
    const found = candidates ? await readCandidatePayouts(context, before) : [];
    const known = new Set(found.map(({ id }) => id));
    const others = ids.filter((id) => !known.has(id));
    const rest = others.length === 0 ? [] : await readPayoutsById(context, others);
    const deposits = candidates ? await observeDeposits(context) : null;
    return { rows: [...found, ...rest], deposits, rates: context.rates };
  });
}

/** An amount that is no number, or more than we can keep, costs the deposits their look, and payouts nothing. */
async function observeDeposits(context: RuleContext): Promise<Observation[] | null> {
  try {
    const deposits = await stuckDeposits.observe(context);
    const fit = deposits.every(
      (deposit) => canKeep(deposit.amountMinor) && canKeep(deposit.amountReportingMinor),
    );
    return fit ? deposits : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Our columns hold 38 digits, and a rate may add some: what is longer here was never money. */
const WHOLE = /^-?\d{1,26}$/;
const MOST = 10n ** 38n;

function canKeep(minor: bigint | null): boolean {
  return minor === null || (minor < MOST && minor > -MOST);
}

/** Can a decision rest on it? What others keep may be no number, or a moment without end. */
export function isReadable(row: PayoutRow): boolean {
  const isMoment = (at: unknown) => at instanceof Date && Number.isFinite(at.getTime());
  return (
    WHOLE.test(row.amount_minor) &&
    isMoment(row.state_since) &&
    isMoment(row.requested_at) &&
    (row.final_at === null || isMoment(row.final_at)) &&
    row.attempts.every(({ created_at: createdAt }) => Number.isFinite(Date.parse(createdAt)))
  );
}
