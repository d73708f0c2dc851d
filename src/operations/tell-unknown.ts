import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { withTransaction, type Queryable } from '../database/pool.ts';
import { ACTOR, type Run } from './deps.ts';
import type { Operation } from './types.ts';

/** What is unknown for longer is no matter of patience any more. */
const TOLD_AFTER_MS = 3_600_000;

/**
 * Tells once of an operation that has been unknown for an hour, and ends that when it is over. In a transaction of its
 * own, after the one that moved it: an alert locks messages, and the move has locked the audit log's head by then.
 */
export async function tellUnknown({ deps, context }: Run, operation: Operation): Promise<void> {
  const { unknownSince, settledAt } = operation;
  if (unknownSince === null) return;
  const now = context.clock.now();
  const about = { kind: 'operation_unknown', subject: { kind: 'operation', id: operation.id } } as const;
  const isTold = await isOpen(deps.pool, operation.id);
  if (settledAt !== null) {
    if (isTold) await withTransaction(deps.pool, (tx) => resolveAlert(tx, now, { ...about, actor: ACTOR }));
    return;
  }
  if (isTold || now.getTime() - unknownSince.getTime() < TOLD_AFTER_MS) return;
  await withTransaction(deps.pool, (tx) =>
    raiseAlert(tx, now, {
      ...about,
      severity: 'sev2',
      args: { transaction: operation.transactionId, since: unknownSince.toISOString() },
      actor: ACTOR,
    }),
  );
}

async function isOpen(db: Queryable, operationId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from alerts where kind = 'operation_unknown' and subject_id = $1 and state = 'open'`,
    [operationId],
  );
  return rowCount !== 0;
}
