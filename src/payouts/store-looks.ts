import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { refreshCards, requestCard } from '../cards/request-card.ts';
import { businessDayOf } from '../business-day.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { newId, type PayoutId, type TenantId } from '../ids.ts';
import type { Observation } from '../findings/types.ts';
import type { Known } from '../operations/retry-facts.ts';
import { readStartAt } from '../reconciliation/start-at.ts';
import { ACTOR, type PayoutDeps } from './deps.ts';
import { decideChanges, type Changes, type LookedAt } from './decide-changes.ts';
import { followPayoutFindings } from './follow-payout-findings.ts';
import { causeText, decideGroups } from './group-rules.ts';
import {
  endEpisodes,
  endGroups,
  insertEpisodes,
  insertGroup,
  lockPayouts,
  readOpen,
  readOpenGroups,
  touchEpisodes,
  updateEpisodes,
  type NewEpisode,
} from './store.ts';
import { PAYOUT_CARD, PAYOUT_CHANNEL, PAYOUT_GROUP_CARD, type Payout } from './types.ts';

export interface Looks {
  /** When the money was read: findings seen later are left alone. */
  observedAt: Date;
  looked: LookedAt[];
  /** Deposits that wait too long; they have findings, and no message of their own. */
  deposits: Observation[];
  known: Known;
  /** All there are, so that what was not seen is over; or one payment. */
  of: 'all' | { tenantId: string; transactionId: string };
}

/**
 * Writes what a look came to, in one transaction: episodes, the findings of R19 to R23, escalations that follow from
 * them, messages, audit rows. `guard` is the task's.
 */
export async function storeLooks(
  deps: PayoutDeps,
  now: Date,
  looks: Looks,
  guard: (tx: Tx) => Promise<void>,
): Promise<Changes> {
  const changes = await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    await lockPayouts(tx);
    const open = await readOpen(tx, looks.of);
    const decided = decideChanges(looks.looked, open, looks.known);
    const episodes = await writeEpisodes(tx, deps, now, decided, open);
    const entries = await followPayoutFindings(tx, deps, now, {
      startAt: await readStartAt(tx, deps.policy, businessDayOf(now, deps.policy.business.time_zone)),
      observedAt: looks.observedAt,
      observations: [...decided.observations, ...looks.deposits],
      of: looks.of,
    });
    await showThem(tx, deps, now, { decided, episodes, open });
    const audited = [...auditOf(episodes, decided), ...entries];
    if (audited.length > 0) await appendAudit(tx, now, audited);
    return decided;
  });
  if (changes.opened.length > 0) deps.onSeen?.('opened', changes.opened.length);
  if (changes.ended.length > 0) deps.onSeen?.('over', changes.ended.length);
  return changes;
}

async function writeEpisodes(
  tx: Tx,
  deps: PayoutDeps,
  now: Date,
  decided: Changes,
  open: readonly Payout[],
): Promise<NewEpisode[]> {
  await endEpisodes(tx, now, decided.ended);
  await updateEpisodes(tx, now, decided.changed);
  // Moments of answers and offers only: written, so that a press is held to them, and shown to nobody.
  await updateEpisodes(tx, now, decided.touched);
  if (decided.opened.length === 0) return [];
  const groups = await readOpenGroups(tx);
  const singles = new Map<string, number>();
  const ended = new Set(decided.ended.map(({ id }) => id));
  for (const payout of open) {
    if (payout.groupId !== null || ended.has(payout.id)) continue;
    const key = causeText(payout);
    singles.set(key, (singles.get(key) ?? 0) + 1);
  }
  const known = new Map(groups.map((group) => [causeText(group), group.id]));
  const { alone, together } = decideGroups(
    decided.opened,
    { groups: new Set(known.keys()), singles },
    deps.policy.payouts.group_from,
  );
  const episodes: NewEpisode[] = alone.map((seen) => ({ id: newId<PayoutId>(), seen, groupId: null }));
  for (const { cause, members } of together) {
    const groupId = known.get(causeText(cause)) ?? (await insertGroup(tx, now, cause));
    episodes.push(...members.map((seen) => ({ id: newId<PayoutId>(), seen, groupId })));
  }
  await insertEpisodes(tx, now, episodes);
  return episodes;
}

/** Messages of what is new, and of what looks otherwise now; one write a message, however many it stands for. */
async function showThem(
  tx: Tx,
  deps: PayoutDeps,
  now: Date,
  { decided, episodes, open }: { decided: Changes; episodes: readonly NewEpisode[]; open: readonly Payout[] },
): Promise<void> {
  const groupOf = new Map(open.map(({ id, groupId }) => [id, groupId]));
  const touched = [...decided.changed.map(({ id }) => id), ...decided.ended.map(({ id }) => id)];
  const groups = new Set(episodes.flatMap(({ groupId }) => groupId ?? []));
  for (const id of touched) {
    const groupId = groupOf.get(id) ?? null;
    if (groupId !== null) groups.add(groupId);
    else await refreshCards(tx, now, { kind: PAYOUT_CARD, subject: { kind: 'payout', id } });
  }
  await endGroups(tx, now, [...groups]);
  for (const { id, groupId } of episodes) {
    if (groupId !== null) continue;
    await requestCard(tx, now, {
      kind: PAYOUT_CARD,
      subject: { kind: 'payout', id },
      channel: PAYOUT_CHANNEL,
    });
  }
  for (const id of groups) {
    const subject = { kind: 'payout_group' as const, id };
    await requestCard(tx, now, { kind: PAYOUT_GROUP_CARD, subject, channel: PAYOUT_CHANNEL });
  }
  await refreshReportsOf(tx, deps, now, decided);
}

/** A report's button must not outlive its offer. One finding stands for all that a report shows. */
async function refreshReportsOf(tx: Tx, deps: PayoutDeps, now: Date, decided: Changes): Promise<void> {
  const ids = [
    ...decided.changed
      .filter(({ seen, before }) => seen.offersRetry !== before.offersRetry)
      .map(({ id }) => id),
    ...decided.ended.map(({ id }) => id),
  ];
  if (ids.length === 0) return;
  const { rows } = await tx.query<{ id: string; opening: boolean }>(
    `select distinct on (f.opening, f.last_run_id) f.id, f.opening
       from payouts p
       join findings f on f.subject_id = p.transaction_id and f.tenant_id = p.tenant_id and f.family = 'payout'
      where p.id = any ($1::uuid[])
      limit 4`,
    [ids],
  );
  for (const { id, opening } of rows)
    await deps.refreshReports(tx, now, {
      findingId: id as Parameters<PayoutDeps['refreshReports']>[2]['findingId'],
      opening,
    });
}

function auditOf(episodes: readonly NewEpisode[], { ended }: Changes): AuditEntry[] {
  return [
    ...episodes.map(({ id, seen, groupId }): AuditEntry => ({
      actor: ACTOR,
      action: 'payout.seen',
      tenantId: seen.tenantId as TenantId,
      subject: { kind: 'transaction', id: seen.transactionId },
      data: { payout: id, rule: seen.rule, class: seen.class, state: seen.paymentState, group: groupId },
    })),
    ...ended.map(({ id, how }): AuditEntry => ({
      actor: ACTOR,
      action: 'payout.over',
      tenantId: null,
      subject: { kind: 'payout', id },
      data: { how },
    })),
  ];
}
