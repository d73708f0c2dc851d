import type { ActionId, Subject } from '../ids.ts';
import type { Role } from '../policy/people.ts';

/** The message that reminds an owner on the day it is due. */
export const ACTION_CARD = 'action';

/** Who adds actions, and may end those of others. */
export const KEEPERS = ['security', 'leads'] as const satisfies readonly Role[];

/** Longest text, in code points. */
export const MOST_WHAT = 500;

/** done: by its owner or a keeper. dropped: a keeper says that it is not wanted any more. */
type ActionState = 'open' | 'done' | 'dropped';

/** What an action was added from: a review or a report, by its subject. */
export interface SourceRef {
  kind: Subject['kind'];
  id: string;
}

/** One row of actions. Days are YYYY-MM-DD, business days. */
export interface Action {
  id: ActionId;
  /** As people call it: A-7. */
  number: number;
  /** The series of reviews or reports that asks for it again until it is closed. */
  series: string;
  sourceKind: Subject['kind'];
  sourceId: string;
  what: string;
  /** A Slack user id; null is a gap, shown and named first next time. Domain section 1. */
  ownerId: string | null;
  /** Null is a gap as well. */
  dueOn: string | null;
  createdBy: string;
  createdAt: Date;
  state: ActionState;
  doneAt: Date | null;
  doneBy: string | null;
  doneOn: string | null;
  remindedAt: Date | null;
}

/** An action with what is known of its owner now. */
export interface ActionLine {
  action: Action;
  /** Deactivated, or not of this workspace any more: as good as no owner. */
  ownerLeft: boolean;
}

/** What one reminder is drawn from. */
export interface ActionModel extends ActionLine {
  timeZone: string;
}

/** What people call it. */
export function nameOfAction({ number }: Pick<Action, 'number'>): string {
  return `A-${number}`;
}
