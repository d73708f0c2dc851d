import { makeLog } from '../../src/log.ts';
import type { TaskId } from '../../src/ids.ts';
import { enqueueTask } from '../../src/jobs/enqueue-task.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makeOperationTask } from '../../src/operations/run-operation.ts';
import { readOperation } from '../../src/operations/store.ts';
import { makeCheckOverride } from '../../src/overrides/check-override.ts';
import { makeOverrideTask } from '../../src/overrides/task.ts';
import { taskOf } from '../../src/overrides/task-of.ts';
import type { Override } from '../../src/overrides/types.ts';
import { Killed } from '../operations/scripted-platform.ts';
import type { Ground } from './ground.ts';

const MINUTE_MS = 60_000;
const log = makeLog('silent');

function contextOf({ clock }: Ground, guard: TaskContext['guard']): TaskContext {
  return {
    taskId: 't' as TaskId,
    key: 'k',
    faults: 0,
    clock,
    log,
    signal: new AbortController().signal,
    guard,
  };
}

export function tasks(ground: Ground): Pick<Ground, 'runOnce' | 'runOperation' | 'drive'> {
  const guard = async () => {
    if (ground.dieIn === null) return;
    ground.dieIn -= 1;
    if (ground.dieIn > 0) return;
    ground.dieIn = null;
    throw new Killed();
  };
  const orKilled = async (work: () => Promise<{ at: Date | null }>) => {
    try {
      return { alive: true, ...(await work()) };
    } catch (error) {
      if (error instanceof Killed) return { alive: false, at: ground.clock.now() };
      throw error;
    }
  };
  const runOnce: Ground['runOnce'] = ({ id }) =>
    orKilled(async () => {
      const outcome = await makeOverrideTask(ground.deps()).run(contextOf(ground, guard), { id });
      return { at: outcome.state === 'again' ? outcome.at : null };
    });
  const runOperation: Ground['runOperation'] = async (override) => {
    const { operationId } = await ground.read(override);
    if (operationId === null) return null;
    const { pool } = ground.ours;
    const { kinds } = ground.deps();
    const task = makeOperationTask({
      pool,
      policy: ground.policy,
      platform: ground.platform,
      async financePrimary() {
        if (ground.financeFault !== null) throw ground.financeFault;
        return ground.reader;
      },
      async onChange(tx, now, operation) {
        if (ground.dieAt === operation.state) {
          ground.dieAt = null;
          throw new Killed();
        }
        if (operation.overrideId !== null) await enqueueTask(tx, now, taskOf(operation.overrideId, now));
      },
      checkOverride: makeCheckOverride({ pool, kinds }),
      log,
    });
    const { at } = await orKilled(async () => {
      const outcome = await task.run(
        contextOf(ground, async () => undefined),
        { id: operationId },
      );
      return { at: outcome.state === 'again' ? outcome.at : null };
    });
    return at;
  };
  return {
    runOnce,
    runOperation,
    async drive(override, untilMs = 60 * MINUTE_MS) {
      const giveUpAt = ground.clock.now().getTime() + untilMs;
      for (;;) {
        const first = await runOnce(override);
        const operationAt = await runOperation(override);
        const settled = await isSettled(ground, override);
        const again = [first.at, operationAt].filter((at) => at !== null);
        // An operation that is over wakes the override's task.
        const next = settled ? ground.clock.now() : new Date(Math.min(...again.map((at) => at.getTime())));
        if (again.length === 0 || next.getTime() > giveUpAt) return await ground.read(override);
        if (next > ground.clock.now()) ground.clock.set(next);
      }
    },
  };
}

/** Has its operation come to an end that it does not know of? */
async function isSettled(ground: Ground, override: Override): Promise<boolean> {
  const { state, operationId } = await ground.read(override);
  if (state !== 'executing' || operationId === null) return false;
  const operation = await readOperation(ground.ours.pool, operationId);
  return operation !== null && operation.settledAt !== null;
}
