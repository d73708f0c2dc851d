import type { Queryable } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type OperationId } from '../ids.ts';
import { canonicalJson } from '../audit/canonical-json.ts';
import type { RetryReason } from './retry-safe.ts';
import type { OperationAction, OperationState, RequestOutcome } from './types.ts';

export interface OperationRequest {
  payoutId: string;
  /** As the button carries it. */
  intentNo: number;
  action: Extract<OperationAction, 'retry' | 'recheck'>;
  /** person:U... */
  actor: string;
}

type Row =
  | { as: 'accepted' }
  | { as: 'not_found' }
  | {
      as: 'under_way' | 'already_done';
      operation: { id: string; action: OperationAction; state: OperationState; by: string; at: string };
    }
  | { as: 'not_offered'; reasons: RetryReason[]; isOver: boolean };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The column's own limit. */
const MOST_INTENTS = 2_147_483_647;

/**
 * Stores what a press asks for, in one round trip to the database: the episode is locked, the intent's number compared,
 * and the operation, its task, its message's new version and its chained audit row stand or fall together. Whoever is
 * second is told who was first. What is safe is read again by the job, just before anything is sent.
 */
export async function requestOperation(
  db: Queryable,
  now: Date,
  { payoutId, intentNo, action, actor }: OperationRequest,
): Promise<RequestOutcome> {
  const isIntent = Number.isInteger(intentNo) && intentNo >= 1 && intentNo <= MOST_INTENTS;
  if (!UUID.test(payoutId) || !isIntent) return { ok: false, why: 'not_found' };
  const id = newId<OperationId>();
  const key = newId<string>();
  const data = canonicalJson({ action, intent: intentNo, key, operation: id, payout: payoutId });
  const { rows } = await db.query<{ outcome: Row }>({
    // Named, so that each connection plans it once.
    name: 'request_operation',
    text: 'select mutabik.request_operation($1, $2, $3, $4, $5, $6, $7, $8) as outcome',
    values: [payoutId, intentNo, action, actor, now, id, key, data],
  });
  const outcome = rows[0]?.outcome;
  assert(outcome !== undefined, 'a request has an outcome');
  switch (outcome.as) {
    case 'accepted':
      return { ok: true, operationId: id };
    case 'not_found':
      return { ok: false, why: 'not_found' };
    case 'under_way':
    case 'already_done':
      return {
        ok: false,
        why: outcome.as,
        operation: { ...outcome.operation, at: new Date(outcome.operation.at) },
      };
    case 'not_offered':
      return { ok: false, why: 'not_offered', reasons: outcome.reasons, isOver: outcome.isOver };
  }
}
