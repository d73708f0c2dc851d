import type { Queryable } from '../database/pool.ts';
import { payoutKey, type FindingsDeps } from './deps.ts';
import type { ListedFinding } from './list-findings.ts';

/** Links to the alerts of listed payouts, by finding; findings without an alert that stands are not in it. */
export async function linkAlerts(
  deps: Pick<FindingsDeps, 'payoutsOf' | 'linkTo'>,
  db: Queryable,
  findings: readonly ListedFinding[],
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  const payouts = findings.filter(({ family }) => family === 'payout');
  if (payouts.length === 0 || deps.payoutsOf === undefined || deps.linkTo === undefined) return links;
  const paymentOf = ({ tenantId, subject }: ListedFinding) => ({ tenantId, transactionId: subject.id });
  const lines = await deps.payoutsOf(db, payouts.map(paymentOf));
  for (const finding of payouts) {
    const line = lines.get(payoutKey(paymentOf(finding)));
    if (line === undefined || !line.isOpen || line.message === null) continue;
    const link = await deps.linkTo(line.message);
    if (link !== null) links.set(finding.id, link);
  }
  return links;
}
