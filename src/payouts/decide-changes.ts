import type { PayoutRow } from '../finance/payout-row.ts';
import type { Observation } from '../findings/types.ts';
import { ownOperationsOf } from '../operations/own-operations.ts';
import type { Known } from '../operations/retry-facts.ts';
import { keyOf, type PayoutKey } from '../operations/standing.ts';
import { linesOf, type Look, type Seen } from './decide-look.ts';
import type { Ended } from './store.ts';
import type { AttemptLine, Payout } from './types.ts';

/** One payout that was looked at; `row` null: there is no such payment any more. */
export interface LookedAt {
  tenantId: string;
  transactionId: string;
  row: PayoutRow | null;
  look: Look;
}

export interface Changes {
  opened: Seen[];
  /** What people see of them has changed. */
  changed: { id: Payout['id']; seen: Seen; before: Payout }[];
  /** As they were, but for the moments of answers. */
  touched: { id: Payout['id']; seen: Seen; isSame: boolean }[];
  ended: (Ended & { before: Payout })[];
  observations: Observation[];
  /** Episodes that go on, and whose finding is for a run to judge. */
  burned: PayoutKey[];
}

/** What is known of episodes when they are decided about. */
export interface Ground {
  open: readonly Payout[];
  /** By episode: the attempts there were before the newest retry that the platform accepted for it. */
  retried: ReadonlyMap<string, number>;
  /** By keyOf: payouts of which this look can say nothing, since somebody looked later or acts on them. */
  untold: ReadonlySet<string>;
  known: Known;
}

/**
 * What becomes of the episodes: opened, changed, ended. A payout on its way after a retry of ours stays an episode until
 * it is paid, so that its message shows how it went; one that fails again is a new episode, since that is news. Pure.
 */
export function decideChanges(looked: readonly LookedAt[], ground: Ground): Changes {
  const { open, retried, untold, known } = ground;
  const byKey = new Map(open.map((payout) => [keyOf(payout), payout]));
  const changes: Changes = { opened: [], changed: [], touched: [], ended: [], observations: [], burned: [] };
  for (const each of looked) {
    if (untold.has(keyOf(each))) continue;
    const before = byKey.get(keyOf(each));
    const { look } = each;
    if (look.is === 'stuck') {
      changes.observations.push(look.observation);
      take(changes, look.seen, before, retried);
    } else if (before === undefined) continue;
    else if (look.is === 'burned') {
      changes.burned.push(each);
      keep(changes, asBurned(before, look.row, known), before);
    } else if (look.is === 'under_way' && isAfterOurs(look.row, known))
      keep(changes, underWay(before, look.row, known), before);
    else changes.ended.push(endOf(before, each, known));
  }
  return changes;
}

function take(changes: Changes, seen: Seen, before: Payout | undefined, retried: Ground['retried']): void {
  if (before === undefined) changes.opened.push(seen);
  else if (failedAgain(before, seen, retried.get(before.id))) {
    const last = { paymentState: seen.paymentState, attempts: seen.attempts };
    changes.ended.push({ id: before.id, before, how: 'moved', at: seen.since, last });
    changes.opened.push(seen);
  } else keep(changes, seen, before);
}

function keep(changes: Changes, seen: Seen, before: Payout): void {
  const { id } = before;
  if (shownOf(seen) === shownOf(before))
    changes.touched.push({ id, seen, isSame: momentsOf(seen) === momentsOf(before) });
  else changes.changed.push({ id, seen, before });
}

/** Another attempt than the one whose failure the episode is about has failed: ours, or one that was made elsewhere. */
function failedAgain(before: Payout, seen: Seen, attemptsBefore: number | undefined): boolean {
  const told = Math.min(before.attempts.length, attemptsBefore ?? before.attempts.length);
  const isDead = ({ status }: AttemptLine) => status === 'failed';
  return seen.paymentState === 'payout_failed' && seen.attempts.slice(told).some(isDead);
}

/** Is something of ours under way, or did the platform accept a retry of ours whose attempt is the newest? */
function isAfterOurs(row: PayoutRow, known: Known): boolean {
  const payout = { tenantId: row.tenant_id, transactionId: row.id };
  const own = ownOperationsOf(known.operations, payout);
  return own.isOpen || (own.attemptsExpected > 0 && row.attempts.length <= own.attemptsExpected);
}

function underWay(before: Payout, row: PayoutRow, known: Known): Seen {
  return {
    ...before,
    paymentState: row.state,
    attempts: linesOf(row, known),
    offersRetry: false,
    reasons: ['wrong_state'],
    offerUntil: null,
    cooldownUntil: null,
  };
}

/** Nothing of it is over: what was told stands, and nothing may be sent. */
function asBurned(before: Payout, row: PayoutRow, known: Known): Seen {
  return {
    ...before,
    attempts: linesOf(row, known),
    burns: row.burns,
    offersRetry: false,
    reasons: ['burned'],
    offerUntil: null,
    cooldownUntil: null,
  };
}

function endOf(before: Payout, { look, row }: LookedAt, known: Known): Changes['ended'][number] {
  const last = row === null ? null : { paymentState: row.state, attempts: linesOf(row, known) };
  if (look.is === 'over') return { id: before.id, before, how: look.how, at: look.at, last };
  return { id: before.id, before, how: 'moved', at: row?.state_since ?? null, last };
}

/** What people see, but for when a provider was asked last: a message is not rewritten every five minutes for that. */
function shownOf(seen: Seen): string {
  // The database does not keep the order of an object's names.
  const lines = seen.attempts.map((line) => [
    line.attemptId,
    line.status,
    line.provider,
    line.reference,
    line.errorCode,
    line.createdAt,
    line.answer,
  ]);
  return JSON.stringify([
    seen.paymentState,
    seen.since,
    seen.rule,
    seen.class,
    seen.action,
    seen.errorCode,
    seen.burns,
    seen.offersRetry,
    seen.reasons,
    seen.cooldownUntil,
    seen.amountMinor.toString(),
    lines,
  ]);
}

function momentsOf(seen: Seen): string {
  return JSON.stringify([
    seen.offerUntil,
    seen.requestedAt,
    seen.amountReportingMinor?.toString(),
    seen.accountId,
    seen.provider,
    seen.currency,
    seen.attempts.map(({ askedAt }) => askedAt),
  ]);
}
