import type { Subject } from '../ids.ts';
import type { AcceptanceId } from './acceptance-store.ts';

/** The card that asks for, and later shows, the decision about a HIGH. */
export const ACCEPTANCE_CARD = 'acceptance';
export const APPROVALS_CHANNEL = 'finance-approvals';

/** A finding may be proposed more than once, and each proposal has its own card. */
export function acceptanceSubject(id: AcceptanceId): Subject {
  return { kind: 'finding', id };
}
