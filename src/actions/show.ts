import { refreshCards } from '../cards/request-card.ts';
import type { Tx } from '../database/pool.ts';
import { sourceOf, type ActionDeps } from './deps.ts';
import { ACTION_CARD, type Action } from './types.ts';

/** Asks that its reminder, and whatever lists it, show it as it is now; inside the transaction that changes it. */
export async function showAction(
  tx: Tx,
  deps: Pick<ActionDeps, 'sources'>,
  now: Date,
  action: Action,
): Promise<void> {
  await refreshCards(tx, now, { kind: ACTION_CARD, subject: { kind: 'action', id: action.id } });
  await sourceOf(deps, action.sourceKind)?.show(tx, now, action);
}
