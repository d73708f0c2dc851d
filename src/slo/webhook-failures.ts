import type { Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { askFinance } from './ask-finance.ts';
import type { ReportInputs } from './report-types.ts';

/** How many webhooks of a stretch had a wrong signature. Given to the weekly report, since it reads no money itself. */
export type CountWebhooks = (stretch: { from: Date; to: Date }) => Promise<ReportInputs['webhooks']>;

/**
 * Validation failures from the contract's webhook_events: outcome bad_signature, of all that came in. They are no bad
 * events of a promise, so they are reported apart; null when nobody can say. Domain section 2.
 */
export function makeCountWebhooks(finance: Pool): CountWebhooks {
  return async ({ from, to }) => {
    try {
      return await askFinance(finance, async (client) => {
        const { rows } = await client.query<{ refused: number; all: number }>(
          `select count(*) filter (where outcome = 'bad_signature')::int as refused, count(*)::int as "all"
             from webhook_events where received_at >= $1 and received_at < $2`,
          [from, to],
        );
        return rows[0] ?? null;
      });
    } catch (error) {
      // The view is optional, and a report doesn't wait for the money's database.
      if (error instanceof AppError && error.code.startsWith('sli_')) return null;
      throw error;
    }
  };
}
