import type { FinanceClient } from '../finance/connect.ts';
import { makeRates, type Rates } from './rates.ts';

/** The latest rate of each currency on or before the business day; none where the view is absent. */
export async function readRates(
  client: FinanceClient,
  input: { day: string; reportingCurrency: string; hasView: boolean },
): Promise<Rates> {
  if (!input.hasView) return makeRates(input.reportingCurrency, []);
  const { rows } = await client.query<{ currency: string; rate: string }>(
    `select distinct on (currency) currency, rate::numeric::text as rate
       from fx_rates
      where day <= $1::date
      order by currency, day desc`,
    [input.day],
  );
  return makeRates(input.reportingCurrency, rows);
}
