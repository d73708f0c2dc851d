import { appendAudit } from '../audit/append.ts';
import { businessDayOf } from '../business-day.ts';
import { withTransaction } from '../database/pool.ts';
import { actorOf, type Person } from '../people/types.ts';
import { actionEntry } from './audit-entries.ts';
import type { ActionDeps } from './deps.ts';
import { refuse, type ActionOutcome } from './refusals.ts';
import { showAction } from './show.ts';
import { endAction, lockAction } from './store.ts';
import type { Action } from './types.ts';

/** Who ends which action. */
export interface Ending {
  id: string;
  person: Pick<Person, 'userId' | 'key' | 'roles'>;
}

/** Ends an open action for whoever `may`, once: a second click finds it ended and changes nothing. */
export async function endOpenAction(
  deps: ActionDeps,
  now: Date,
  { id, person }: Ending,
  how: { state: 'done' | 'dropped'; may: (action: Action) => boolean },
): Promise<ActionOutcome<{ action: Action }>> {
  const outcome = await withTransaction(deps.pool, async (tx): Promise<ActionOutcome<{ action: Action }>> => {
    const before = await lockAction(tx, id);
    if (before === null) return refuse({ why: 'not_found' });
    if (!how.may(before)) return refuse({ why: 'not_yours' });
    if (before.state !== 'open') return refuse({ why: 'not_open', state: before.state });
    const actor = actorOf(person);
    const day = businessDayOf(now, deps.policy.business.time_zone);
    const action = await endAction(tx, id, { state: how.state, at: now, by: actor, day });
    if (action === null) return refuse({ why: 'not_found' });
    await showAction(tx, deps, now, action);
    await appendAudit(tx, now, [actionEntry(action, how.state, { actor })]);
    return { ok: true, action };
  });
  if (outcome.ok) deps.onChange?.(how.state);
  return outcome;
}
