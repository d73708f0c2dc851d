import { refreshCards, requestCard } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import type { FindingId, PayoutId } from '../ids.ts';
import type { Changes } from './decide-changes.ts';
import type { PayoutDeps } from './deps.ts';
import { endGroups, type NewEpisode } from './store.ts';
import { PAYOUT_CARD, PAYOUT_CHANNEL, PAYOUT_GROUP_CARD } from './types.ts';

/** Reports that one look may ask to be shown anew. */
const MOST_REPORTS = 4;

/** Asks for the messages of what is new, and of what looks otherwise now; one a message, however many it stands for. */
export async function showPayouts(
  tx: Tx,
  deps: PayoutDeps,
  now: Date,
  {
    changes,
    opened,
    escalated,
  }: { changes: Changes; opened: readonly NewEpisode[]; escalated: readonly PayoutId[] },
): Promise<void> {
  const { changed, ended } = changes;
  const singles = new Set(escalated);
  const groups = new Set(opened.flatMap(({ groupId }) => groupId ?? []));
  for (const { id, before } of [...changed, ...ended]) {
    if (before.groupId !== null) groups.add(before.groupId);
    else singles.add(id);
  }
  for (const id of [...singles].toSorted())
    await refreshCards(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id } });
  await endGroups(tx, now, [...groups]);
  const channel = PAYOUT_CHANNEL;
  for (const { id, groupId } of opened) {
    if (groupId !== null) continue;
    await requestCard(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id }, channel });
  }
  for (const id of [...groups].toSorted()) {
    const subject = { kind: 'payout_group' as const, id };
    await requestCard(tx, now, { kind: PAYOUT_GROUP_CARD, subject, channel });
  }
  await refreshReportsOf(tx, deps, now, changes);
}

/** A report's button must not outlive its offer. One finding stands for all that a report shows. */
async function refreshReportsOf(tx: Tx, deps: PayoutDeps, now: Date, changes: Changes): Promise<void> {
  const offers = changes.changed.filter(({ seen, before }) => seen.offersRetry !== before.offersRetry);
  const payouts = [...offers, ...changes.ended].map(({ before }) => before);
  if (payouts.length === 0) return;
  const { rows } = await tx.query<{ id: FindingId; opening: boolean }>(
    `select distinct on (f.opening, f.last_run_id) f.id, f.opening
       from unnest($1::text[], $2::text[]) as p (tenant_id, transaction_id)
       join findings f on f.subject_id = p.transaction_id and f.tenant_id = p.tenant_id and f.family = 'payout'
      limit $3`,
    [
      payouts.map(({ tenantId }) => tenantId),
      payouts.map(({ transactionId }) => transactionId),
      MOST_REPORTS,
    ],
  );
  for (const { id, opening } of rows) await deps.refreshReports(tx, now, { findingId: id, opening });
}
