import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { Observation } from '../findings/types.ts';
import { newId, type PayoutId, type TenantId } from '../ids.ts';
import type { Known } from '../operations/retry-facts.ts';
import { keyOf, type PayoutKey } from '../operations/standing.ts';
import { ACTOR, type PayoutDeps } from './deps.ts';
import { decideChanges, type Changes, type LookedAt } from './decide-changes.ts';
import { escalatedSince } from './escalated-since.ts';
import { followPayoutFindings } from './follow-payout-findings.ts';
import { causeText, decideGroups } from './group-rules.ts';
import { showPayouts } from './show-payouts.ts';
import {
  endEpisodes,
  insertEpisodes,
  insertGroup,
  lockPayouts,
  readBusy,
  readOpen,
  readOpenGroups,
  readOverSince,
  readRetried,
  touchEpisodes,
  updateEpisodes,
  type NewEpisode,
} from './store.ts';
import type { Payout } from './types.ts';

export interface Looks {
  /** When the money was read: what somebody saw later is left alone. */
  observedAt: Date;
  looked: readonly LookedAt[];
  /** Deposits that wait too long: they have findings, and no message of their own. Null: nobody looked. */
  deposits: readonly Observation[] | null;
  /** Payouts of which this look can say nothing. */
  unreadable: readonly PayoutKey[];
  known: Known;
  /** All there are, so that what was not seen is over; or one payment. */
  of: 'all' | PayoutKey;
}

/**
 * Writes what a look came to, in one transaction: episodes, the findings of R19 to R23, escalations that follow from
 * them, messages, audit rows. `guard` is the task's. Gives what was new.
 */
export async function storeLooks(
  deps: PayoutDeps,
  now: Date,
  looks: Looks,
  guard: (tx: Tx) => Promise<void>,
): Promise<{ opened: NewEpisode[] }> {
  const { changes, opened } = await withTransaction(deps.pool, async (tx) => {
    await guard(tx);
    return await storeChanges(tx, deps, now, looks);
  });
  await touchTheRest(deps, looks.observedAt, changes);
  if (opened.length > 0) deps.onSeen?.('opened', opened.length);
  if (changes.ended.length > 0) deps.onSeen?.('over', changes.ended.length);
  return { opened };
}

async function storeChanges(tx: Tx, deps: PayoutDeps, now: Date, looks: Looks) {
  const { looked, known, observedAt, of } = looks;
  await lockPayouts(tx);
  const open = await readOpen(tx, of);
  const later = open.filter(({ lookedAt }) => lookedAt > observedAt);
  const untold = [
    ...later,
    ...(await readOverSince(tx, observedAt)),
    ...(await readBusy(tx)),
    ...looks.unreadable,
  ];
  const changes = decideChanges(looked, {
    open,
    known,
    retried: await readRetried(tx, open),
    untold: new Set(untold.map(keyOf)),
  });
  const escalated = await escalatedSince(tx, open);
  const opened = await writeEpisodes(tx, deps, { now, observedAt }, changes, open);
  const entries = await followPayoutFindings(tx, deps, now, {
    observedAt,
    observations: [...changes.observations, ...(looks.deposits ?? [])],
    families: looks.deposits === null ? ['payout'] : ['payout', 'deposit'],
    untold: [...untold, ...changes.burned],
    of,
  });
  await showPayouts(tx, deps, now, { changes, opened, escalated });
  const audited = [...auditOf(opened, changes), ...entries];
  if (audited.length > 0) await appendAudit(tx, now, audited);
  return { changes, opened };
}

async function writeEpisodes(
  tx: Tx,
  deps: PayoutDeps,
  { now, observedAt }: { now: Date; observedAt: Date },
  changes: Changes,
  open: readonly Payout[],
): Promise<NewEpisode[]> {
  await endEpisodes(tx, now, observedAt, changes.ended);
  await updateEpisodes(tx, observedAt, changes.changed);
  if (changes.opened.length === 0) return [];
  const groups = new Map((await readOpenGroups(tx)).map((group) => [causeText(group), group.id]));
  const singles = new Map<string, number>();
  const ended = new Set(changes.ended.map(({ id }) => id));
  for (const payout of open) {
    if (payout.groupId !== null || ended.has(payout.id)) continue;
    const key = causeText(payout);
    singles.set(key, (singles.get(key) ?? 0) + 1);
  }
  const { alone, together } = decideGroups(
    changes.opened,
    { groups: new Set(groups.keys()), singles },
    deps.policy.payouts.group_from,
  );
  const episodes: NewEpisode[] = alone.map((seen) => ({ id: newId<PayoutId>(), seen, groupId: null }));
  for (const { cause, members } of together) {
    const groupId = groups.get(causeText(cause)) ?? (await insertGroup(tx, now, cause));
    episodes.push(...members.map((seen) => ({ id: newId<PayoutId>(), seen, groupId })));
  }
  await insertEpisodes(tx, now, observedAt, episodes);
  return episodes;
}

/**
 * Moments of answers and offers, to which a press is held and which nobody is shown: apart, since a press waits for the
 * rows that are being written. What was looked at again meanwhile keeps what that look wrote.
 */
async function touchTheRest(deps: PayoutDeps, observedAt: Date, { touched }: Changes): Promise<void> {
  if (touched.length === 0) return;
  const moved = touched.filter(({ isSame }) => !isSame);
  const same = touched.filter(({ isSame }) => isSame).map(({ id }) => id);
  await withTransaction(deps.pool, async (tx) => {
    await lockPayouts(tx);
    await updateEpisodes(tx, observedAt, moved);
    await touchEpisodes(tx, observedAt, same);
  });
}

function auditOf(opened: readonly NewEpisode[], { ended }: Changes): AuditEntry[] {
  return [
    ...ended.map(({ id, how, before }): AuditEntry => ({
      actor: ACTOR,
      action: 'payout.over',
      tenantId: before.tenantId as TenantId,
      subject: { kind: 'transaction', id: before.transactionId },
      data: { payout: id, how },
    })),
    ...opened.map(({ id, seen, groupId }): AuditEntry => ({
      actor: ACTOR,
      action: 'payout.seen',
      tenantId: seen.tenantId as TenantId,
      subject: { kind: 'transaction', id: seen.transactionId },
      data: { payout: id, rule: seen.rule, class: seen.class, state: seen.paymentState, group: groupId },
    })),
  ];
}
