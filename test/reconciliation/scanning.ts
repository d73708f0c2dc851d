import { newId, type RunId, type TaskId } from '../../src/ids.ts';
import type { TaskContext, TaskOutcome } from '../../src/jobs/types.ts';
import { makeFullScanTask, type FullScanOptions } from '../../src/reconciliation/full-scan.ts';
import { startManualFullScan } from '../../src/reconciliation/start-full-scan.ts';
import { log, type House } from './harness.ts';

export type Guard = TaskContext['guard'];

const free: Guard = async () => undefined;

/** One turn of a full scan's task, as the runner would take it. */
export async function turn(
  house: House,
  payload: { runId: string } | { slotAt: string },
  options: FullScanOptions & { guard?: Guard; faults?: number } = {},
): Promise<TaskOutcome> {
  const { guard = free, faults = 0, ...of } = options;
  const kind = makeFullScanTask(house.deps, of);
  const context: TaskContext = {
    taskId: newId<TaskId>(),
    key: 'test',
    faults,
    clock: house.clock,
    log,
    signal: new AbortController().signal,
    guard,
  };
  return await kind.run(context, kind.payload.parse(payload));
}

/** A scan that somebody started; gives its id. */
export async function startScan(house: House): Promise<RunId> {
  const request = { actor: 'person:U1', requestId: newId<string>() };
  const started = await startManualFullScan(house.deps, house.clock.now(), request);
  if (!started.ok) throw new Error(started.why);
  return started.runId;
}

/** Turn after turn, the clock moved on to where each one wants to go on. */
export async function finish(house: House, runId: string, options: FullScanOptions = {}): Promise<void> {
  for (let turns = 0; turns < 1_000; turns += 1) {
    const outcome = await turn(house, { runId }, options);
    if (outcome.state === 'done') return;
    const waitMs = outcome.at.getTime() - house.clock.now().getTime();
    house.clock.advance(Math.max(0, waitMs));
  }
  throw new Error('the scan does not end');
}

export async function fullScan(house: House, options: FullScanOptions = {}): Promise<RunId> {
  const runId = await startScan(house);
  await finish(house, runId, options);
  return runId;
}
