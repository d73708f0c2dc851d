import type { Queryable } from '../database/pool.ts';
import { readAcceptance, type Acceptance } from './acceptance-store.ts';
import { readFinding } from './read-finding.ts';
import type { ReviewedFinding } from './review-model.ts';

/** What the card of a proposal shows: what was proposed, and of which finding. */
export interface AcceptanceModel {
  acceptance: Acceptance;
  finding: ReviewedFinding;
  timeZone: string;
  reportingCurrency: string;
}

export async function loadAcceptance(
  db: Queryable,
  id: string,
  business: { time_zone: string; reporting_currency: string },
): Promise<AcceptanceModel | null> {
  const acceptance = await readAcceptance(db, id);
  if (acceptance === null) return null;
  const finding = await readFinding(db, acceptance.findingId);
  if (finding === null) return null;
  return {
    acceptance,
    finding,
    timeZone: business.time_zone,
    reportingCurrency: business.reporting_currency,
  };
}
