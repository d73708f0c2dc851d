import { appendAudit } from '../audit/append.ts';
import { businessDayOf } from '../business-day.ts';
import { instantOf } from '../calendar.ts';
import { withTransaction } from '../database/pool.ts';
import { newId, type ActionId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf, type Person } from '../people/types.ts';
import { findSecret } from '../secrets/find-secret.ts';
import { actionEntry } from './audit-entries.ts';
import { sourceOf, taskOf, type ActionDeps, type ActionSource } from './deps.ts';
import { seeOwner } from './owner.ts';
import { refuse, type ActionOutcome, type ActionRefusal } from './refusals.ts';
import { showAction } from './show.ts';
import { insertAction } from './store.ts';
import { KEEPERS, MOST_WHAT, type Action, type SourceRef } from './types.ts';

export interface ActionWanted {
  source: SourceRef;
  what: string;
  /** A Slack user id. */
  ownerId: string | null;
  /** YYYY-MM-DD, a business day; today at the earliest. */
  dueOn: string | null;
  person: Pick<Person, 'userId' | 'roles'>;
  requestId: string;
}

/**
 * Adds an action to a review or report, by somebody of security or a lead. One without owner or deadline is taken: it
 * is shown with the gap marked, and named first next time. Domain section 1.
 */
export async function addAction(
  deps: ActionDeps,
  now: Date,
  wanted: ActionWanted,
): Promise<ActionOutcome<{ action: Action }>> {
  const source = sourceOf(deps, wanted.source.kind);
  const what = wanted.what.trim();
  const wrong = refusalOf(deps, now, { ...wanted, what });
  if (wrong !== null) return refuse(wrong);
  if (source === undefined || !(await source.exists(deps.pool, wanted.source.id)))
    return refuse({ why: 'no_source' });
  const remindAt = await momentToRemind(deps, wanted);
  if (typeof remindAt === 'string') return refuse({ why: remindAt });
  const outcome = await store(deps, now, { ...wanted, what }, { source, remindAt });
  if (outcome.ok) deps.onChange?.('added');
  return outcome;
}

function refusalOf({ policy }: ActionDeps, now: Date, wanted: ActionWanted): ActionRefusal | null {
  const { what, dueOn, person } = wanted;
  if (!KEEPERS.some((role) => person.roles.has(role))) return { why: 'not_yours' };
  if (what === '') return { why: 'missing' };
  if (Array.from(what).length > MOST_WHAT) return { why: 'too_long', most: MOST_WHAT };
  const secret = findSecret(what);
  if (secret !== null) return { why: 'secret', shape: secret.shape };
  if (dueOn === null) return null;
  if (!isDay(dueOn)) return { why: 'due_unreadable' };
  return dueOn < businessDayOf(now, policy.business.time_zone) ? { why: 'due_past' } : null;
}

/** On the day it is due, in the owner's own zone; null where owner or day are missing. */
async function momentToRemind(
  deps: ActionDeps,
  { ownerId, dueOn }: Pick<ActionWanted, 'ownerId' | 'dueOn'>,
): Promise<Date | null | 'owner_unfit' | 'owner_unread'> {
  if (ownerId === null) return null;
  const owner = await seeOwner(deps, ownerId);
  if (owner === 'unfit') return 'owner_unfit';
  if (owner === 'unread') return 'owner_unread';
  if (dueOn === null) return null;
  const { actions, business } = deps.policy;
  return instantOf(dueOn, actions.remind_at, owner.timeZone ?? business.time_zone);
}

async function store(
  deps: ActionDeps,
  now: Date,
  { what, ownerId, dueOn, person, requestId, source: ref }: ActionWanted,
  { source, remindAt }: { source: ActionSource; remindAt: Date | null },
): Promise<ActionOutcome<{ action: Action }>> {
  return await withTransaction(deps.pool, async (tx): Promise<ActionOutcome<{ action: Action }>> => {
    if (!(await claimRequest(tx, now, requestId))) return refuse({ why: 'repeated' });
    const action = await insertAction(tx, {
      id: newId<ActionId>(),
      series: source.series,
      sourceKind: source.kind,
      sourceId: ref.id,
      what,
      ownerId,
      dueOn,
      createdBy: actorOf(person),
      createdAt: now,
      state: 'open',
      doneAt: null,
      doneBy: null,
      doneOn: null,
      remindedAt: null,
    });
    if (remindAt !== null) await enqueueTask(tx, now, taskOf(action.id, remindAt));
    await showAction(tx, deps, now, action);
    await appendAudit(tx, now, [actionEntry(action, 'added', { actor: actorOf(person), personal: what })]);
    return { ok: true, action };
  });
}

/** A day of the calendar: no 30 February. */
function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
