import { isFinanceFault } from '../operations/send.ts';
import type { OverrideRun } from './expire.ts';
import type { OverrideKind } from './kind.ts';
import type { Override, OverrideFacts } from './types.ts';

/** How it stands now, without asking a provider; null: it is gone. Inside the task. */
export async function readFacts(
  { context }: OverrideRun,
  kind: OverrideKind,
  override: Override,
  limitMs: number,
  exceptOperationId?: string,
): Promise<OverrideFacts | null | 'unreadable'> {
  const subject = { tenantId: override.tenantId, subjectId: override.subject.id };
  const except = exceptOperationId === undefined ? {} : { exceptOperationId };
  try {
    return await kind.load(subject, { now: context.clock.now(), ask: false, limitMs, ...except });
  } catch (error) {
    if (!isFinanceFault(error)) throw error;
    context.log.warn({ override: override.id, error: error.message }, 'an override could not be read');
    return 'unreadable';
  }
}
