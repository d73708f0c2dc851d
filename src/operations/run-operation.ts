import { z } from 'zod';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import type { OperationDeps, Run } from './deps.ts';
import { lookUp } from './look-up.ts';
import { move } from './move.ts';
import { recheck } from './recheck.ts';
import { OPERATION_TASK } from './rescue-operations.ts';
import { decideNext } from './rules.ts';
import { checkAndSend } from './send.ts';
import { markRefused, markUnknown, readOperation } from './store.ts';
import { tellUnknown } from './tell-unknown.ts';
import type { Operation } from './types.ts';

const payload = z.object({ id: z.uuid() });

/** About eight hours of a database that is out of reach; the row stays what it is, and is taken up again after that. */
const MOST_FAULTS = 60;
/** A call may take its time limit; its checks a little more. */
const LIMIT_MS = 120_000;
/** Steps of one run: accepted, sent and settled are one, a crash's doubt and its look-up two. */
const MOST_STEPS = 4;

/** The task that carries one operation out, from whatever state its row is in. */
export function makeOperationTask(deps: OperationDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: OPERATION_TASK,
    payload,
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    run: (context, { id }) => runOperation(deps, context, id),
  };
}

async function runOperation(deps: OperationDeps, context: TaskContext, id: string): Promise<TaskOutcome> {
  const run: Run = { deps, context };
  let operation = await readOperation(deps.pool, id);
  if (operation === null) return { state: 'done' };
  for (let steps = 0; ; steps += 1) {
    const next = decideNext(operation, context.clock.now());
    if (next.do === 'nothing') {
      // An override ended it elsewhere: whoever was told that it is unknown is told that it is over.
      if (steps === 0) await tellUnknown(run, operation);
      return { state: 'done' };
    }
    if (next.do === 'wait') return { state: 'again', at: next.until };
    if (steps >= MOST_STEPS) return { state: 'again', at: context.clock.now() };
    operation = await take(run, operation, next.do);
    await tellUnknown(run, operation);
  }
}

type Step = Exclude<ReturnType<typeof decideNext>['do'], 'nothing' | 'wait'>;

async function take(run: Run, operation: Operation, step: Step): Promise<Operation> {
  switch (step) {
    case 'refuse_late':
      return await move(run, operation, (tx, now) =>
        markRefused(tx, operation, now, { by: 'us', code: null, means: 'too_late', reasons: [] }),
      );
    case 'ask':
      return await recheck(run, operation);
    case 'check_and_send':
      return await checkAndSend(run, operation);
    case 'doubt':
      return await move(run, operation, (tx, now) =>
        markUnknown(tx, operation, now, { trouble: 'crashed', nextAt: now }),
      );
    case 'look_up':
      return await lookUp(run, operation);
  }
}
