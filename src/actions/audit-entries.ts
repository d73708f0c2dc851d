import type { AuditEntry } from '../audit/types.ts';
import type { Action } from './types.ts';

/** The audit row of one transition. What people wrote stands beside the chain. */
export function actionEntry(
  action: Action,
  verb: 'added' | 'done' | 'dropped' | 'reminded',
  { actor, personal = '' }: { actor: string; personal?: string },
): AuditEntry {
  const { number, series, sourceKind, sourceId, ownerId, dueOn, state } = action;
  return {
    actor,
    action: `action.${verb}`,
    tenantId: null,
    subject: { kind: 'action', id: action.id },
    data: { number, series, source: { kind: sourceKind, id: sourceId }, ownerId, dueOn, state },
    ...(personal === '' ? {} : { personal }),
  };
}
