import type { Tx } from '../database/pool.ts';
import type { TaskFailure, TaskKind } from '../jobs/types.ts';
import type { OperationDeps } from '../operations/deps.ts';
import { requestOperation, type OperationRequest } from '../operations/request-operation.ts';
import { failOperationTask } from '../operations/rescue-operations.ts';
import { makeOperationTask } from '../operations/run-operation.ts';
import type { RequestOutcome } from '../operations/types.ts';

export interface OperationParts {
  taskKinds: TaskKind<unknown>[];
  /** For handlers: stores what a press asks for, in one round trip. */
  requestOperation(now: Date, request: OperationRequest): Promise<RequestOutcome>;
  /** Before whoever raises the alert of a failed task: no operation is left without one. */
  onTaskFailed(tx: Tx, failure: TaskFailure): Promise<void>;
}

/** What is done about payouts, once it was asked for. */
export function composeOperations(deps: OperationDeps): OperationParts {
  return {
    taskKinds: [makeOperationTask(deps) as TaskKind<unknown>],
    requestOperation: (now, request) => requestOperation(deps.pool, now, request),
    onTaskFailed: failOperationTask,
  };
}
