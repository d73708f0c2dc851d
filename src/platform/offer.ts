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

/** Does the platform take an action by hand in a state of a payout? States that are final are not looked at here. Pure. */
export function takesIn(
  policy: Pick<PlatformPolicy, 'actions'>,
  action: ChangingAction,
  state: string,
): boolean {
  const named = policy.actions[action];
  return named !== undefined && (named.states === undefined || named.states.includes(state));
}

/** Is the platform told which override an action carries out? Without it no retry is let through above the limit. Pure. */
export function carriesOverride(
  { actions, headers }: Pick<PlatformPolicy, 'actions' | 'headers'>,
  action: ChangingAction,
): boolean {
  const named = actions[action];
  if (named === undefined) return false;
  const body = named.method === 'GET' ? {} : (named.body ?? {});
  const told = [named.path, ...Object.values({ ...headers, ...named.headers }), ...Object.values(body)];
  return told.some((text) => text.includes('{override}'));
}
