import { z } from 'zod';
import type { TaskContext, TaskKind, TaskOutcome } from '../../src/jobs/types.ts';

/** 08:30 in Istanbul. */
export const START = '2026-01-15T05:30:00.000Z';

export const DONE: TaskOutcome = { state: 'done' };

/** A kind named `work` with any object as payload. */
export function workKind(
  run: (context: TaskContext, payload: Record<string, unknown>) => Promise<TaskOutcome>,
  options: { kind?: string; maxFaults?: number } = {},
): TaskKind<unknown> {
  return {
    kind: options.kind ?? 'work',
    payload: z.record(z.string(), z.unknown()),
    maxFaults: options.maxFaults ?? 3,
    run: (context, payload) => run(context, payload as Record<string, unknown>),
  };
}
