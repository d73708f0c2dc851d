import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { TaskContext } from '../jobs/types.ts';
import { overrideEntry } from './audit-entries.ts';
import { ACTOR, type OverrideDeps } from './deps.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import { lockOverride, writeChange } from './store.ts';
import type { Override } from './types.ts';

/** One run of an override's task. */
export interface OverrideRun {
  deps: OverrideDeps;
  context: TaskContext;
}

/**
 * One transition of the task: the override is locked first, as everybody does, then the task's own row. Nothing happens
 * when it is not as it was read: then the task looks anew.
 */
export async function transition<T>(
  { deps, context }: OverrideRun,
  before: Override,
  work: (tx: Tx, now: Date, override: Override) => Promise<T>,
): Promise<T | null> {
  return await withTransaction(deps.pool, async (tx) => {
    const override = await lockOverride(tx, before.id);
    await context.guard(tx);
    if (override === null || override.state !== before.state || override.version !== before.version)
      return null;
    return await work(tx, context.clock.now(), override);
  });
}

/** Reminds whoever may still approve; an edit of the card would notify nobody. */
export async function remind(
  run: OverrideRun,
  before: Override,
  notice: 'remind_half' | 'remind_last',
): Promise<null> {
  await transition(run, before, async (tx, now, override) => {
    await sayNotice(tx, now, override, notice);
    await appendAudit(tx, now, [overrideEntry(override, 'reminded', { actor: ACTOR, data: { notice } })]);
  });
  return null;
}

/** Its time is over before anything was begun. */
export async function expire(run: OverrideRun, before: Override): Promise<null> {
  const done = await transition(run, before, async (tx, now, override) => {
    await markExpired(tx, now, override);
    return true;
  });
  if (done === true) run.deps.onChange?.('expired');
  return null;
}

/** Appends to the audit log, so that nothing else may follow. */
export async function markExpired(tx: Tx, now: Date, override: Override): Promise<void> {
  const after = await writeChange(tx, override, { state: 'expired', over: { at: now, by: ACTOR } });
  await sayNotice(tx, now, after, 'expired');
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, [
    overrideEntry(after, 'expired', { actor: ACTOR, data: { was: override.state } }),
  ]);
}
