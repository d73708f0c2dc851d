import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { OPENING, OPENING_CARD } from '../findings/adopt-opening.ts';
import type { FindingId, RunId } from '../ids.ts';

export const DIGEST_CARD = 'reconciliation';

/** Older reports stay as they are: what somebody did today is nobody's news in last week's. Of each kind of run. */
const REPORTS_REFRESHED = 2;

/** Asks that the newest digests and full scans which show the finding, and the opening balance if it is of it, show it anew. */
export async function refreshReports(
  tx: Tx,
  now: Date,
  { findingId, opening }: { findingId: FindingId; opening: boolean },
): Promise<void> {
  const { rows } = await tx.query<{ id: RunId }>(
    `select id
       from (select u.id, row_number() over (partition by u.kind order by u.settled_at desc, u.id) as place
               from run_findings r join runs u on u.id = r.run_id
              where r.finding_id = $1 and u.state in ('complete', 'partial')) shown
      where place <= $2
      order by id`,
    [findingId, REPORTS_REFRESHED],
  );
  for (const { id } of rows)
    await refreshCards(tx, now, { kind: DIGEST_CARD, subject: { kind: 'reconciliation', id } });
  if (opening) await refreshCards(tx, now, { kind: OPENING_CARD, subject: OPENING });
}
