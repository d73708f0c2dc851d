import { availableViews } from '../finance/available-views.ts';
import type { FinanceClient } from '../finance/connect.ts';
import { businessDayOf } from '../business-day.ts';
import type { RuleContext } from './context.ts';
import { readRates } from '../finance/read-rates.ts';

/**
 * Entries and attempts may be committed a little after their own time: look back further than the last run's end. A day
 * in the past is its own bounds.
 */
const OVERLAP_MS = 15 * 60_000;

/** What the rules of one snapshot share: the views that exist, and the day's rates. */
export async function makeContext(
  client: FinanceClient,
  input: Omit<RuleContext, 'client' | 'views' | 'rates'>,
): Promise<RuleContext> {
  const { policy, observedAt, open, known, window } = input;
  // Sums over a page of accounts stay in memory; the setting ends with the snapshot.
  await client.query(`select set_config('work_mem', '64MB', true)`);
  const views = await availableViews(client);
  const rates = await readRates(client, {
    day: businessDayOf(observedAt, policy.business.time_zone),
    reportingCurrency: policy.business.reporting_currency,
    hasView: views.has('fx_rates'),
  });
  const { from: begin, to } = window;
  const from = begin === null || to !== null ? begin : new Date(begin.getTime() - OVERLAP_MS);
  return { client, policy, observedAt, rates, views, open, known, window: { from, to } };
}
