import { businessDayOf } from '../business-day.ts';
import type { Pool } from '../database/pool.ts';
import { availableViews } from '../finance/available-views.ts';
import { withSnapshot } from '../finance/connect.ts';
import type { PayoutRow } from '../finance/payout-row.ts';
import type { Rates } from '../finance/rates.ts';
import { readPayoutsById } from '../finance/read-payouts.ts';
import { readRates } from '../finance/read-rates.ts';
import type { AttemptRef } from '../platform/types.ts';
import type { Policy } from '../policy.ts';

export interface PayoutReading {
  row: PayoutRow;
  rates: Rates;
}

/** One payout and the day's rates as they are now, in one snapshot; null when there is no such payout of this tenant. */
export async function readPayout(
  finance: Pool,
  policy: Policy,
  now: Date,
  payout: { tenantId: string; transactionId: string },
): Promise<PayoutReading | null> {
  return await withSnapshot(finance, async (client) => {
    const views = await availableViews(client);
    const rates = await readRates(client, {
      day: businessDayOf(now, policy.business.time_zone),
      reportingCurrency: policy.business.reporting_currency,
      hasView: views.has('fx_rates'),
    });
    const rows = await readPayoutsById({ client, views }, [payout.transactionId]);
    const row = rows.find(({ tenant_id: tenantId }) => tenantId === payout.tenantId);
    return row === undefined ? null : { row, rates };
  });
}

/** The attempts of a payout that can be asked about: those with a reference. */
export function attemptsToAsk(row: PayoutRow): AttemptRef[] {
  return row.attempts.flatMap((attempt) =>
    attempt.provider_ref === null || attempt.provider_ref === ''
      ? []
      : [
          {
            attemptId: attempt.id,
            transactionId: row.id,
            tenantId: row.tenant_id,
            provider: attempt.provider,
            reference: attempt.provider_ref,
          },
        ],
  );
}
