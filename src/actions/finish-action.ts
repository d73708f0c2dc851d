import { personKeyOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { ActionDeps } from './deps.ts';
import { endOpenAction, type Ending } from './end-action.ts';
import type { ActionOutcome } from './refusals.ts';
import { KEEPERS, type Action } from './types.ts';

/** An action is done, says its owner (whatever role they hold), somebody of security, or a lead. */
export async function finishAction(
  deps: ActionDeps,
  now: Date,
  ending: Ending,
): Promise<ActionOutcome<{ action: Action }>> {
  const may = (action: Action): boolean => mayFinish(action, ending.person, deps.policy);
  return await endOpenAction(deps, now, ending, { state: 'done', may });
}

function mayFinish({ ownerId }: Action, person: Ending['person'], policy: Pick<Policy, 'people'>): boolean {
  if (KEEPERS.some((role) => person.roles.has(role))) return true;
  if (ownerId === null) return false;
  // One human may have two Slack accounts.
  return ownerId === person.userId || personKeyOf(policy, { id: ownerId, name: '' }) === person.key;
}
