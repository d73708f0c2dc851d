import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { TenantId } from '../ids.ts';
import { ACTOR, type Run } from './deps.ts';
import { keepCalls } from './store.ts';
import type { KeptCall, Operation } from './types.ts';

/**
 * One transition: the task's guard, the conditional change, the calls that led to it, whoever shows it, and one audit
 * row, in one transaction. Throws a fault that is tried again when the row is not what it was: then it is read anew.
 */
export async function move(
  { deps, context }: Run,
  before: Operation,
  change: (tx: Tx, now: Date) => Promise<Operation | null>,
  calls: readonly KeptCall[] = [],
): Promise<Operation> {
  const now = context.clock.now();
  const after = await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    const changed = await change(tx, now);
    if (changed === null)
      throw new AppError('internal', `operation ${before.id} is no longer ${before.state}`, {
        retryable: true,
      });
    await keepCalls(tx, before.id, now, calls);
    await deps.onChange(tx, now, changed);
    if (isNews(before, changed)) await audit(tx, now, before, changed);
    return changed;
  });
  if (after.settledAt !== null) deps.onSettled?.(after);
  return after;
}

/** A look-up that finds nothing new, and a wait for the same reason, are no transitions. */
function isNews(before: Operation, after: Operation): boolean {
  return before.state !== after.state || before.tries !== after.tries || before.trouble !== after.trouble;
}

/** A replay of what is unknown is sent too, and stays unknown. */
function wordFor(before: Operation, { state, tries }: Operation): string {
  if (tries > before.tries) return state === 'sent' ? 'sent' : 'sent_again';
  return state === 'accepted' ? 'waiting' : state;
}

/** For audit rows: what an operation carries out. */
export function overrideIn({
  overrideId,
  overrideVersion,
}: Pick<Operation, 'overrideId' | 'overrideVersion'>): { override?: { id: string; version: number | null } } {
  return overrideId === null ? {} : { override: { id: overrideId, version: overrideVersion } };
}

async function audit(tx: Tx, now: Date, before: Operation, operation: Operation): Promise<void> {
  const { tries } = operation;
  await appendAudit(tx, now, [
    {
      actor: ACTOR,
      action: `operation.${wordFor(before, operation)}`,
      tenantId: operation.tenantId as TenantId,
      subject: { kind: 'transaction', id: operation.transactionId },
      data: {
        operation: operation.id,
        action: operation.action,
        intent: operation.intentNo,
        key: operation.idempotencyKey,
        tries,
        ...overrideIn(operation),
        ...(operation.trouble === null ? {} : { trouble: operation.trouble }),
        ...(tries > before.tries ? { proof: operation.proof } : {}),
        ...(operation.refusal === null ? {} : { refusal: operation.refusal }),
        ...(operation.result === null ? {} : { result: operation.result }),
      },
    },
  ]);
}
