import type { NewTask } from '../jobs/types.ts';
import { OVERRIDE_TASK } from './deps.ts';

/** The one task of an override, which acts by its row alone: reminds, expires, carries out, reads back. */
export function taskOf(overrideId: string, dueAt: Date): NewTask {
  return { kind: OVERRIDE_TASK, key: `override:${overrideId}`, payload: { id: overrideId }, dueAt };
}
