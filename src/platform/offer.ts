import type { PlatformPolicy } from '../policy/platform.ts';
import type { ChangingAction, MoneyOffer } from './types.ts';

/** Does an action move money, whatever the policy calls its effect? A retry always does. */
function movesMoney(action: ChangingAction, effect: 'state' | 'money'): boolean {
  return effect === 'money' || action === 'retry';
}

/**
 * May an action be offered? One that moves money needs a key that the platform remembers, and a look-up by that key:
 * without them a lost answer could neither be cleared up nor sent again. Pure.
 */
export function decideOffer(
  policy: Pick<PlatformPolicy, 'actions'>,
  url: string | undefined,
  action: ChangingAction,
): MoneyOffer {
  if (url === undefined) return 'no_platform';
  const named = policy.actions[action];
  if (named === undefined) return 'not_named';
  if (!movesMoney(action, named.effect)) return 'offered';
  if (named.idempotent === undefined) return 'no_idempotency';
  return policy.actions.lookup === undefined ? 'no_lookup' : 'offered';
}
