import type { ActionDeps } from './deps.ts';
import { endOpenAction, type Ending } from './end-action.ts';
import type { ActionOutcome } from './refusals.ts';
import { KEEPERS, type Action } from './types.ts';

/** An action is not wanted any more, says somebody of security or a lead: its owner can't drop their own. */
export async function dropAction(
  deps: ActionDeps,
  now: Date,
  ending: Ending,
): Promise<ActionOutcome<{ action: Action }>> {
  const may = (): boolean => KEEPERS.some((role) => ending.person.roles.has(role));
  return await endOpenAction(deps, now, ending, { state: 'dropped', may });
}
