import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { markOf, overrideEntry } from './audit-entries.ts';
import { ACTOR } from './deps.ts';
import type { Executed } from './kind.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import { writeChange } from './store.ts';
import type { Override, OverrideFacts } from './types.ts';
import { writeReadBack } from './version-store.ts';

/**
 * What is carried out within our own database is done as soon as it is begun, and what stands there afterwards is known in
 * the same transaction. Appends to the audit log, so that nothing else may follow.
 */
export async function markDone(
  tx: Tx,
  now: Date,
  {
    override,
    live,
    hash,
    done,
  }: {
    override: Override;
    live: OverrideFacts;
    /** Of the terms that were approved. */
    hash: string;
    done: Extract<Executed, { as: 'done' }>;
  },
): Promise<void> {
  const over = { at: now, by: ACTOR };
  const after = await writeChange(tx, override, {
    state: 'executed',
    over,
    failure: null,
    stateBefore: live,
  });
  await writeReadBack(tx, after.id, { at: now, facts: done.after });
  await sayNotice(tx, now, after, 'executed');
  await refreshOverride(tx, now, after);
  const data = { hash, before: markOf(live), after: markOf(done.after) };
  await appendAudit(tx, now, [...done.entries, overrideEntry(after, 'executed', { actor: ACTOR, data })]);
}
